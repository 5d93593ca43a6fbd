package io.vagus.bench;

import io.vagus.client.ApiAccess;
import io.vagus.client.CaFile;
import io.vagus.client.SecretText;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own, with this process's JVM, flags and class path, so that its cost
 * can be told apart from the load's. Its log is {@code server.log} in the folder given.
 */
final class ServerProcess implements AutoCloseable {
  private static final String MAIN = "io.vagus.cli.Main";
  private static final String READY = "ready ";

  private final Process process;
  private final Thread orphanGuard;
  private final Map<String, String> ready;
  private final Path data;
  private final double startSeconds;
  private final double startCpuMicros;

  private ServerProcess(Process process, Path data, Map<String, String> ready, double seconds) {
    this.process = process;
    // A bench that is interrupted leaves no server behind.
    this.orphanGuard = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(orphanGuard);
    this.data = data;
    this.ready = ready;
    this.startSeconds = seconds;
    this.startCpuMicros = ProcessCost.cpuMicros(process.toHandle());
  }

  /**
   * Starts it and waits until it serves.
   *
   * @param folder holds its data folder and its log
   * @param flags of {@code up}, after those for data and listeners
   */
  static ServerProcess start(Path folder, List<String> flags) {
    Path data = data(folder);
    List<String> command = command("up", "--data", data.toString());
    command.addAll(List.of("--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"));
    command.addAll(flags);
    long start = System.nanoTime();
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()))
              .start();
      BufferedReader out = process.inputReader();
      String line = readyLine(out);
      if (line == null) {
        process.destroyForcibly();
        throw new VagusException(
            ErrorCode.IO_FAILED, "the server did not start; its log ends:\n" + logEnd(folder));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      Thread.ofVirtual().start(() -> out.lines().forEach(l -> {}));
      return new ServerProcess(process, data, parse(line), seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path data(Path folder) {
    return folder.resolve("data");
  }

  private static List<String> command(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags());
    command.addAll(List.of("-cp", classPath(), MAIN));
    command.addAll(List.of(words));
    return command;
  }

  /**
   * Makes a certificate authority for the server that will start in the folder.
   *
   * @param more flags of {@code ca init}
   */
  static void makeAuthority(Path folder, String... more) {
    try {
      Path data = Files.createDirectories(data(folder));
      Path passphrase = Files.writeString(folder.resolve("passphrase"), "a long passphrase");
      List<String> command = command("ca", "init", "--data", data.toString());
      command.addAll(List.of("--root-key", folder.resolve("root.p12").toString()));
      command.addAll(List.of("--passphrase-file", passphrase.toString()));
      command.addAll(List.of(more));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("ca.log").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new VagusException(
            ErrorCode.IO_FAILED, "ca init: " + Files.readString(folder.resolve("ca.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  private static @Nullable String readyLine(BufferedReader out) throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = out.readLine();
    }
    return line;
  }

  /** What this JVM was given, but for what only one process can have. */
  private static List<String> jvmFlags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
        .filter(flag -> !flag.startsWith("-XX:AOTCacheOutput"))
        .toList();
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Map<String, String> parse(String line) {
    Map<String, String> words = new HashMap<>();
    for (String word : line.substring(READY.length()).split(" ")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        words.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return words;
  }

  private static String logEnd(Path folder) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("server.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  Path data() {
    return data;
  }

  /**
   * @param listener {@code mqtt} or {@code mqtts}
   */
  HostPort mqtt(String listener) {
    return HostPort.parse(word(listener));
  }

  /** Base URL of the listener with TLS. */
  URI https() {
    return URI.create(word("https"));
  }

  private String word(String key) {
    return Optional.ofNullable(ready.get(key))
        .orElseThrow(() ->
            new VagusException(
                ErrorCode.INTERNAL, "the server's ready line has no " + key + ": " + ready));
  }

  /** From its spawning to its ready line. */
  double startSeconds() {
    return startSeconds;
  }

  double startCpuMicros() {
    return startCpuMicros;
  }

  ApiAccess access() {
    return new ApiAccess(
        URI.create(word("http")), Optional.of(SecretText.read(data.resolve("admin.token"))));
  }

  /** What clients trust that speak TLS with it: the certificate that it made. */
  Optional<SSLContext> tls(boolean wanted) {
    return wanted
        ? Optional.of(CaFile.tls(Optional.of(data.resolve("tls").resolve("server.crt"))))
        : Optional.empty();
  }

  /** The same, for clients that show a certificate of their own. */
  TrustManager[] trust() {
    return CaFile.trust(Optional.of(data.resolve("tls").resolve("server.crt")));
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGTERM; SIGKILL when it takes longer than a minute. */
  @Override
  public void close() {
    process.destroy();
    awaitExit();
  }

  private void awaitExit() {
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      Runtime.getRuntime().removeShutdownHook(orphanGuard);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
