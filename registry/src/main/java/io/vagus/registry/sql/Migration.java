package io.vagus.registry.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A script that runs once: the resource {@code V<number>.sql} beside the class. One that was
 * released never changes.
 *
 * @param number of the one sequence that all modules share
 */
public record Migration(int number, Class<?> beside) {

  /** Some of one module. */
  public static List<Migration> beside(Class<?> type, int... numbers) {
    return IntStream.of(numbers).mapToObj(number -> new Migration(number, type)).toList();
  }

  /** A statement ends with a semicolon at the end of a line. */
  List<String> statements() {
    String name = "V" + number + ".sql";
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing beside " + beside.getName());
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split(";\n")).filter(s -> !s.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
