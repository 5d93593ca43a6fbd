package io.vagus.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The openssl program, in a folder. */
record OpenSsl(Path folder) {

  /** What it says; whether it ended well is for the caller. */
  record Output(int exitCode, String text) {}

  Output run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return new Output(process.waitFor(), text);
    }
  }

  String succeed(String... words) throws IOException, InterruptedException {
    Output output = run(words);
    if (output.exitCode() != 0) {
      throw new AssertionError(List.of(words) + ": " + output.text());
    }
    return output.text();
  }

  /** A key, as {@code NAME.key}. */
  void key(String name, KeyKind kind) throws IOException, InterruptedException {
    switch (kind) {
      case P256 ->
          succeed(
              "genpkey",
              "-algorithm",
              "EC",
              "-pkeyopt",
              "ec_paramgen_curve:P-256",
              "-out",
              name + ".key");
      case ED25519 -> succeed("genpkey", "-algorithm", "ed25519", "-out", name + ".key");
    }
  }

  /** A PEM request for a new key of its own. */
  byte[] request(String subject, KeyKind kind, String... more)
      throws IOException, InterruptedException {
    key("device", kind);
    return requestOfKey("device", subject, more);
  }

  byte[] requestOfKey(String key, String subject, String... more)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of("req", "-new", "-key", key + ".key", "-subj", subject, "-out", key + ".csr"));
    words.addAll(List.of(more));
    succeed(words.toArray(String[]::new));
    return Files.readAllBytes(folder.resolve(key + ".csr"));
  }
}
