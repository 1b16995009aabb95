import Science
