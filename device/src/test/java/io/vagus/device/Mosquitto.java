package io.vagus.device;

import static io.vagus.testkit.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker that knows nothing of Vagus: Debian's mosquitto. */
final class Mosquitto implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String PROGRAM = "/usr/sbin/mosquitto";

  private final Path folder;
  private final int port;
  private Process process;
  private Process listener;

  Mosquitto(Path folder) throws IOException {
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.writeString(
        folder.resolve("mosquitto.conf"),
        "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type all\n"
            .formatted(port));
  }

  int port() {
    return port;
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(PROGRAM, "-c", folder.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
    eventually(BOUND, "the broker listens", this::isListening);
  }

  private boolean isListening() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  /** One that hears all from now on: ends after so many messages, prints topic and payload. */
  Process subscriber(int count) throws IOException {
    Process subscriber =
        new ProcessBuilder(
                "mosquitto_sub",
                "-p",
                String.valueOf(port),
                "-t",
                "#",
                "-q",
                "1",
                "-v",
                "-C",
                String.valueOf(count),
                "-W",
                "30")
            .start();
    eventually(BOUND, "it has subscribed", () -> log().contains("Sending SUBACK"));
    return subscriber;
  }

  /** Keeps what devices say from now on; see {@link #heard}. */
  void listen() throws IOException {
    listener =
        new ProcessBuilder("mosquitto_sub", "-p", String.valueOf(port), "-t", "#", "-q", "1", "-v")
            .redirectOutput(folder.resolve("heard").toFile())
            .start();
    eventually(BOUND, "it has subscribed", () -> log().contains("Sending SUBACK"));
  }

  /** Topic, a space, payload. */
  List<String> heard(String topic) {
    try {
      return Files.readAllLines(folder.resolve("heard")).stream()
          .filter(line -> line.startsWith(topic + " "))
          .map(line -> line.substring(topic.length() + 1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void publish(String topic, String payload) throws Exception {
    int exit =
        new ProcessBuilder(
                "mosquitto_pub", "-p", String.valueOf(port), "-t", topic, "-q", "1", "-m", payload)
            .start()
            .waitFor();
    if (exit != 0) {
      throw new AssertionError("mosquitto_pub ended with " + exit);
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("mosquitto.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (listener != null) {
      listener.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    if (process != null) {
      kill();
    }
  }
}
