package io.vagus.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code up --demo} in a process of its own, on free ports, and what a script would do to it. */
final class DemoProcess implements AutoCloseable {
  private static final long BOUND_SECONDS = 30;

  private final Path data;
  private final Process process;
  private final String url;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Begun when all its devices were told to connect. */
  DemoProcess(Path data, String... more) {
    this.data = data;
    try {
      process = new ProcessBuilder(command(data, more)).redirectErrorStream(true).start();
      BufferedReader out = process.inputReader();
      StringBuilder said = new StringBuilder();
      String line = out.readLine();
      while (line != null && !line.startsWith("console ")) {
        said.append(line).append('\n');
        line = out.readLine();
      }
      if (line == null) {
        throw new AssertionError("it ended with " + process.waitFor() + ": " + said);
      }
      url = line.replaceFirst("console (\\S+)/ .*", "$1");
      Thread.ofVirtual().start(() -> out.lines().forEach(l -> {}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<String> command(Path data, String... more) {
    List<String> words = new ArrayList<>(up(data));
    words.addAll(List.of(more));
    return words;
  }

  private static List<String> up(Path data) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseCompactObjectHeaders",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Djava.util.logging.config.file=" + System.getProperty("java.util.logging.config.file"),
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "up",
        "--demo",
        "--data",
        data.toString(),
        "--http",
        "127.0.0.1:0",
        "--mqtt",
        "127.0.0.1:0");
  }

  String url() {
    return url;
  }

  JsonNode get(String path) {
    return JsonMapper.shared().readTree(send(request(path)));
  }

  String post(String path, String body) {
    return send("POST", path, body);
  }

  String send(String method, String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  /** As the admin, or as a device without a name. */
  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    return path.startsWith("/api/")
        ? request.header("Authorization", "Bearer " + token())
        : request;
  }

  /** The admin's, which the first start wrote. */
  String token() {
    try {
      return Files.readString(data.resolve("admin.token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM, as Ctrl-C would. */
  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the demo still runs after " + BOUND_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
