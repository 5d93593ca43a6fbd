package io.vagus.client;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the server is and who asks; shared by all commands that ask it. */
public final class ServerOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Of the server (default: VAGUS_URL, else the one running on --data).")
  private @Nullable String url;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of a server on this machine (default: data).")
  private Path data = Path.of("data");

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the API's token (default: VAGUS_TOKEN, else DIR/admin.token).")
  private @Nullable Path tokenFile;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description =
          "Authorities for TLS, PEM (default: DIR/tls/server.crt if it is there, else the"
              + " JDK's).")
  private @Nullable Path caFile;

  public Path data() {
    return data;
  }

  public ApiClient client(Duration timeout) {
    return new ApiClient(access(), timeout);
  }

  public ApiAccess access() {
    return new ApiAccess(url(), token(), caFile());
  }

  /** Whether the command line or the environment names it, and not the data folder. */
  public boolean isNamed() {
    return url != null || System.getenv("VAGUS_URL") != null;
  }

  private URI url() {
    String named = url != null ? url : System.getenv("VAGUS_URL");
    if (named != null) {
      return URI.create(named);
    }
    return URI.create(
        listener("http").or(() -> listener("https")).orElseThrow(() -> notListening("http")));
  }

  /** The address that a server on the data folder says when it is ready. */
  public Optional<String> listener(String name) {
    Path ready = data.resolve("ready");
    if (!Files.exists(ready)) {
      throw new VagusException(
          ErrorCode.NOT_FOUND,
          "no server runs on "
              + data.toAbsolutePath()
              + "; start one with ./vagus up, or give --url or --data");
    }
    for (String word : SecretText.read(ready).split("\\s+")) {
      if (word.startsWith(name + "=")) {
        return Optional.of(word.substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  /** What to say when it does not listen so. */
  public static VagusException notListening(String name) {
    return new VagusException(
        ErrorCode.NOT_FOUND,
        "the server does not listen for " + name + "; ./vagus up --" + name + " ADDR makes it");
  }

  private Optional<String> token() {
    String variable = System.getenv("VAGUS_TOKEN");
    Path standard = data.resolve("admin.token");
    if (tokenFile != null) {
      return Optional.of(SecretText.read(tokenFile));
    } else if (variable != null) {
      return Optional.of(variable);
    }
    return Files.exists(standard) ? Optional.of(SecretText.read(standard)) : Optional.empty();
  }

  /** Whom to trust over TLS; empty: whom the JDK trusts. */
  public Optional<Path> caFile() {
    Path standard = data.resolve("tls").resolve("server.crt");
    return Optional.ofNullable(caFile)
        .or(() -> Files.exists(standard) ? Optional.of(standard) : Optional.empty());
  }
}
