package io.vagus.kit;

import java.util.Collection;

/** Guesses which known word was meant. */
public final class Spelling {
  private static final int LONGEST = 64;

  private Spelling() {}

  /** {@code "; did you mean X?"}, or nothing when no known word is near. */
  public static String hint(String word, Collection<String> known) {
    String best = "";
    int least = Math.max(3, word.length() / 3);
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = "; did you mean " + candidate + "?";
      }
    }
    return best;
  }

  /** Levenshtein distance of words of sensible length. */
  public static int distance(String a, String b) {
    if (a.length() > LONGEST || b.length() > LONGEST) {
      return a.equals(b) ? 0 : LONGEST;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
