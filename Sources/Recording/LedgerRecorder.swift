import Body
import Files
import Laws
import Observations
import Simulation

/// `ledger.csv`: where every cell given is, as disjoint integers that add up to the dose, and to what is born besides
/// where cells divide.
///
/// An organ with grids is split into its blocks and its remainder. Rows of no cells are left out
/// where they can only be distinguished by cause of death.
public enum LedgerRecorder: Recorder {
  /// Name of the file.
  public static let file = "ledger.csv"
  /// Its columns.
  public static let columns = ["time_h", "fate", "site", "cells"]

  /// Its places and times can be chosen.
  public static let isLong = true

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    let sites = Sites(trajectory.experiment)
    for snapshot in trajectory.snapshots {
      let time = CSV.number(snapshot.time / 60)
      func write(_ fate: String, _ site: String, _ cells: Int) {
        row([time, fate, site, String(cells)])
      }
      write("to_be_given", "product", snapshot.toBeGiven)
      if trajectory.experiment.product.terms.division != nil {
        write("born", "body", snapshot.born)
      }
      write("dead_at_thaw", "product", snapshot.deadAtThaw)
      write("shed", "product", snapshot.shed)
      let isBody = trajectory.experiment.setting == .organism
      if isBody { write("circulating", "blood", snapshot.living.reduce(0) { $0 + $1.circulating }) }
      for site in (isBody ? 0 : sites.organs)..<sites.blood {
        write("arrested", sites.names[site], snapshot.living[site].lumen)
        write("tissue", sites.names[site], snapshot.living[site].tissue)
      }
      for cause in Survival.Cause.allCases {
        for site in 0..<sites.count where snapshot.deaths[cause.rawValue][site] > 0 {
          write("dead_\(cause.name)", sites.names[site], snapshot.deaths[cause.rawValue][site])
        }
      }
    }
  }
}
