package io.vagus.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Kafka broker in KRaft mode, in a process of its own, so that it can be killed and started
 * again on its folder.
 */
final class KafkaBroker implements AutoCloseable {
  private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qk";

  private final Path folder;
  private final Path settings;
  private final int port;
  private Process process;

  KafkaBroker(Path folder) throws IOException {
    this.folder = folder;
    this.port = freePort();
    int controller = freePort();
    this.settings = folder.resolve("server.properties");
    Files.writeString(
        settings,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%d
        listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
        advertised.listeners=PLAINTEXT://127.0.0.1:%d
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        controller.listener.names=CONTROLLER
        log.dirs=%s
        num.partitions=2
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        """
            .formatted(controller, port, controller, port, folder.resolve("log")));
    run("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", settings.toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void run(String... program) throws IOException {
    Process formatting = java(program);
    try {
      if (!formatting.waitFor(60, TimeUnit.SECONDS) || formatting.exitValue() != 0) {
        throw new AssertionError(Files.readString(folder.resolve("out")));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Process java(String... program) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(program));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()))
        .start();
  }

  void start() throws IOException {
    process = java("kafka.Kafka", settings.toString());
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** What it said so far. */
  String output() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
