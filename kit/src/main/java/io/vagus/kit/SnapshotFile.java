package io.vagus.kit;

import java.nio.file.Path;

/**
 * A file as it was at one moment.
 *
 * @param name where it belongs, below the data folder, with {@code /} between folders
 * @param path where its bytes are; what follows the first {@code sizeBytes} came later
 */
public record SnapshotFile(String name, Path path, long sizeBytes) {}
