package io.vagus.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder for one bench and its server. */
record Workplace(Path folder) implements AutoCloseable {

  /**
   * @param parent where to make it: its disk is what is measured
   */
  static Workplace below(Path parent) {
    try {
      return new Workplace(Files.createTempDirectory(parent, "vagus-bench"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ServerProcess start(List<String> flags) {
    return ServerProcess.start(folder, flags);
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
