package io.vagus.series.questdb;

import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.TableReader;
import io.questdb.cairo.TableToken;
import io.vagus.kit.SnapshotFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps the engine's tables as of one transaction, with nothing left in its write-ahead log, as a
 * start finds them after a clean stop.
 *
 * <p>What the engine changes in place (a few kilobytes a table) is copied. Rows are not: a reader
 * that stays open makes the engine keep its version of each partition. Commits meanwhile append
 * behind the rows of that version, or write a partition anew in a directory of its own; the old one
 * is removed, or overwritten at its end, only when no reader is left that sees it.
 */
final class RawSnapshot {
  private RawSnapshot() {}

  static void take(
      CairoEngine engine, List<TableToken> tables, Path root, SnapshotFolder folder, String name)
      throws IOException {
    copyFiles(root, folder, name);
    for (TableToken table : tables) {
      Path directory = root.resolve(table.getDirName());
      String prefix = name + "/" + table.getDirName();
      copyFiles(directory, folder, prefix);
      copyFiles(directory.resolve("txn_seq"), folder, prefix + "/txn_seq");
      TableReader reader = engine.getReader(table);
      folder.pin(reader);
      for (int i = 0; i < reader.getPartitionCount(); i++) {
        if (reader.getPartitionRowCountFromMetadata(i) > 0) {
          Path partition = TableCheck.directory(reader, directory, i);
          folder.pinned(prefix + "/" + partition.getFileName(), partition);
        }
      }
    }
  }

  /** Those right in the directory: definitions, positions, the list of transactions. */
  private static void copyFiles(Path directory, SnapshotFolder folder, String name)
      throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path file : entries.filter(Files::isRegularFile).toList()) {
        if (!file.toString().endsWith(".lock")) {
          folder.copy(name + "/" + file.getFileName(), file);
        }
      }
    }
  }
}
