package io.vagus.journal;

import io.vagus.kit.DataSize;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own. {@code load FIRST}: appends numbered records without end and prints the
 * offset of each batch, and its first number, once durable. {@code lock}: prints the error code
 * that opening the directory gives.
 */
final class Child {
  static final JournalConfig CONFIG = FileJournals.config(new DataSize(256 << 10));
  static final int RECORDS = 5;

  private Child() {}

  static Process start(Path dir, String... args) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                dir.toString()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] args) {
    Path dir = Path.of(args[0]);
    if (args[1].equals("lock")) {
      try {
        FileJournals.open(dir, CONFIG).close();
        System.out.println("opened");
      } catch (VagusException e) {
        System.out.println(e.code());
      }
      return;
    }
    load(FileJournals.open(dir, CONFIG), Long.parseLong(args[2]));
  }

  private static void load(FileJournal journal, long first) {
    PrintStream out =
        new PrintStream(
            new java.io.FileOutputStream(java.io.FileDescriptor.out),
            false,
            StandardCharsets.UTF_8);
    for (long number = first; ; number += RECORDS) {
      RecordBatch batch = new RecordBatch(1024);
      for (int i = 0; i < RECORDS; i++) {
        byte[] text = text(number + i).getBytes(StandardCharsets.UTF_8);
        batch.add(number + i, text, 0, text.length);
      }
      Acknowledge acknowledge = new Acknowledge(out, number);
      while (!journal.append(batch, acknowledge)) {
        LockSupport.parkNanos(100_000);
      }
    }
  }

  /** Of varying length, and known from the number alone. */
  static String text(long number) {
    return number + "-" + "x".repeat((int) (number * 31 % 400));
  }

  /** Tells the parent in one write, which the pipe keeps when this process dies. */
  private record Acknowledge(PrintStream out, long number) implements AppendCallback {
    @Override
    public void durable(long firstOffset) {
      byte[] line = (firstOffset + " " + number + "\n").getBytes(StandardCharsets.UTF_8);
      out.write(line, 0, line.length);
      out.flush();
    }

    @Override
    public void abandoned() {}
  }
}
