package io.vagus.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, to be killed. Its log goes to this process's error output. */
final class ServerProcess implements AutoCloseable {
  private static final long BOUND_SECONDS = 30;

  private final Process process;
  private final String readyLine;

  private ServerProcess(Process process, String readyLine) {
    this.process = process;
    this.readyLine = readyLine;
  }

  static ServerProcess start(Path data, String... settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + System.getProperty("vagus.server.heap", "256m"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.config.file="
                    + System.getProperty("java.util.logging.config.file"),
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                data.toString()));
    command.addAll(List.of(TestRegistry.settings(data, settings)));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader out = process.inputReader();
      String line = out.readLine();
      while (line != null && !line.startsWith("ready ")) {
        line = out.readLine();
      }
      if (line == null) {
        throw new AssertionError("the server process ended with " + process.waitFor());
      }
      Thread.ofVirtual().start(() -> out.lines().forEach(l -> {}));
      return new ServerProcess(process, line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Serves until it is told to end: the data folder, then settings. */
  public static void main(String[] args) throws InterruptedException {
    String[] settings = java.util.Arrays.copyOfRange(args, 1, args.length);
    Server server = Server.start(RunningServer.configuration(Path.of(args[0]), settings));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    System.out.println(server.readyLine());
    server.awaitClose();
  }

  String readyLine() {
    return readyLine;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGTERM. */
  @Override
  public void close() {
    process.destroy();
    awaitExit();
  }

  private void awaitExit() {
    try {
      if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server still runs after " + BOUND_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
