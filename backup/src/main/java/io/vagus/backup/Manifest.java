package io.vagus.backup;

import java.util.List;

/** What an archive says of its files, at its end: with it missing, the archive is not whole. */
record Manifest(List<Entry> files) {
  Manifest {
    files = List.copyOf(files);
  }

  /** One file, in the archive's order. */
  record Entry(String name, long sizeBytes, String sha256) {}
}
