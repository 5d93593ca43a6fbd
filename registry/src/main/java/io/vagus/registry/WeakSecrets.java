package io.vagus.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which chosen secrets somebody guesses within a few tries. */
final class WeakSecrets {
  private static final int FEWEST_CHARACTERS = 4;
  private static final List<String> ROWS =
      List.of("1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm");

  /** Stems in lower case, without digits and signs at the end. */
  private static final Set<String> COMMON = read();

  private WeakSecrets() {}

  private static Set<String> read() {
    try (InputStream in = WeakSecrets.class.getResourceAsStream("common-secrets.txt")) {
      if (in == null) {
        throw new IllegalStateException("common-secrets.txt is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why it is weak whosever it is; never holds it. */
  static Optional<String> why(String secret) {
    String lower = secret.toLowerCase(Locale.ROOT);
    long different = lower.chars().distinct().count();
    if (different < FEWEST_CHARACTERS) {
      return Optional.of(
          "has " + different + " different characters (expected: >= " + FEWEST_CHARACTERS + ")");
    }
    String backwards = new StringBuilder(lower).reverse().toString();
    if (isRow(lower) || isRow(backwards)) {
      return Optional.of("is a row of characters (expected: one that nobody guesses)");
    }
    return COMMON.contains(stem(lower)) || COMMON.contains(stem(lower.replaceFirst("^\\d+", "")))
        ? Optional.of("is one of the most common (expected: one that nobody guesses)")
        : Optional.empty();
  }

  /** The same for one device's. */
  static Optional<String> why(String secret, String device) {
    return secret.equalsIgnoreCase(device)
        ? Optional.of("is the device's id (expected: one that nobody guesses)")
        : why(secret);
  }

  private static boolean isRow(String lower) {
    return ROWS.stream().anyMatch(row -> row.contains(lower))
        || IntStream.range(1, lower.length())
            .allMatch(i -> lower.charAt(i) - lower.charAt(i - 1) == 1);
  }

  /** {@code P4ssw0rd!2024} is {@code password}. */
  private static String stem(String lower) {
    return lower
        .replaceFirst("[\\d\\p{Punct}]+$", "")
        .replace('0', 'o')
        .replace('1', 'i')
        .replace('3', 'e')
        .replace('4', 'a')
        .replace('@', 'a')
        .replace('5', 's')
        .replace('$', 's');
  }
}
