/// The names of organs, the same in every host, scenario and output.
///
/// | name | in the physiology tables |
/// |---|---|
/// | `fat` | adipose |
/// | `bone`, `marrow` | bone or skeleton, split |
/// | `gut` | gut (portal), where it is not divided |
/// | `stomach`, `small_intestine`, `large_intestine` | gut_stomach_oesophagus, gut_small_intestine, gut_large_intestine |
/// | `bronchial` | lung (bronchial): the arterial supply of the lung |
/// | `joint`, `peritoneum` | cavities, reached by injection |
/// | all others | the same |
public enum OrganVocabulary {
  /// All names.
  public static let names = [
    "lung", "heart", "muscle", "skin", "fat", "bone", "marrow", "brain", "kidney", "liver", "gut",
    "stomach", "small_intestine", "large_intestine", "pancreas", "spleen", "thymus", "uterus",
    "bronchial", "joint", "peritoneum", "rest",
  ]

  /// Those that a host can live without.
  public static let dispensable: Set = [
    "stomach", "large_intestine", "pancreas", "spleen", "thymus", "uterus",
  ]
}
