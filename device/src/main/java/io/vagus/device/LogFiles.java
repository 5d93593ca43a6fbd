package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log that goes round: lines of JSON in two files of half the bound each; when {@code log} is
 * full it becomes {@code log.1}, whose lines are given up. A line that a crash tore is cut off.
 * Confined to its owner's lock.
 */
final class LogFiles implements AutoCloseable {
  private final Path current;
  private final Path older;
  private final long halfBytes;
  private RandomAccessFile file;
  private long lastSeq;

  LogFiles(Path folder, long boundBytes) {
    this.current = folder.resolve("log");
    this.older = folder.resolve("log.1");
    this.halfBytes = boundBytes / 2;
    try {
      Files.createDirectories(folder);
      this.file = new RandomAccessFile(current.toFile(), "rw");
      file.seek(wholeLines());
      file.setLength(file.getFilePointer());
      for (Map<String, @Nullable Object> line : lines()) {
        lastSeq = line.get("seq") instanceof Long seq ? Math.max(lastSeq, seq) : lastSeq;
      }
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot open the log " + current + ": " + e, e);
    }
  }

  private long wholeLines() throws IOException {
    byte[] all = Files.readAllBytes(current);
    int end = all.length;
    while (end > 0 && all[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /** Numbers it and keeps it, as long as the operating system lives. */
  void append(Map<String, ?> line) throws IOException {
    Map<String, Object> numbered = new LinkedHashMap<>();
    numbered.put("seq", lastSeq + 1);
    numbered.putAll(line);
    byte[] bytes = (Json.text(numbered) + "\n").getBytes(StandardCharsets.UTF_8);
    if (file.getFilePointer() + bytes.length > halfBytes) {
      turn();
    }
    long at = file.getFilePointer();
    try {
      file.write(bytes);
      lastSeq++;
    } catch (IOException e) {
      file.seek(at);
      file.setLength(at);
      throw e;
    }
  }

  private void turn() throws IOException {
    if (Files.exists(current)) {
      Files.move(current, older, StandardCopyOption.ATOMIC_MOVE);
    }
    RandomAccessFile fresh = new RandomAccessFile(current.toFile(), "rw");
    file.close();
    file = fresh;
  }

  /** All there are, the oldest first. */
  List<Map<String, @Nullable Object>> lines() throws IOException {
    List<Map<String, @Nullable Object>> lines = new ArrayList<>();
    for (Path path : List.of(older, current)) {
      if (Files.exists(path)) {
        for (String line : Files.readString(path).split("\n")) {
          JsonReader.object(line.getBytes(StandardCharsets.UTF_8)).ifPresent(lines::add);
        }
      }
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
