package io.vagus.fleet;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the server is, and by what secrets a fleet reaches it. */
final class PlaceOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of a server on this machine (default: data).")
  Path data = Path.of("data");

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The server's HTTP address (default: of the server on --data).")
  @Nullable String url;

  @Option(
      names = "--mqtt",
      paramLabel = "ADDR",
      description = "The server's MQTT address (default: of the server on --data).")
  @Nullable String mqtt;

  @Option(names = "--tls", description = "MQTT over TLS.")
  boolean tls;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the API's token (default: VAGUS_TOKEN, else DIR/admin.token).")
  @Nullable Path tokenFile;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = "Holds the devices' secret; made when missing (default: DIR/fleet.secret).")
  @Nullable Path secretFile;

  private @Nullable Place known;

  Place place() {
    Place place = known;
    if (place == null) {
      place = find();
      known = place;
    }
    return place;
  }

  private Place find() {
    String address = mqtt != null ? mqtt : word(tls ? "mqtts" : "mqtt");
    return new Place(
        http(),
        HostPort.parse(address).toSocketAddress(),
        tls,
        token(),
        SecretFile.readOrMake(secretFile != null ? secretFile : data.resolve("fleet.secret")));
  }

  private String word(String listener) {
    Path ready = data.resolve("ready");
    if (!Files.exists(ready)) {
      throw new VagusException(
          ErrorCode.NOT_FOUND,
          "no server runs on "
              + data.toAbsolutePath()
              + "; start one with ./vagus up, or give --data, or --url and --mqtt");
    }
    for (String word : read(ready).split("\\s+")) {
      if (word.startsWith(listener + "=")) {
        return word.substring(listener.length() + 1);
      }
    }
    throw new VagusException(
        ErrorCode.NOT_FOUND,
        "the server does not listen for " + listener + " (./vagus up --" + listener + " ADDR)");
  }

  URI http() {
    return URI.create(url != null ? url : word("http"));
  }

  Optional<String> token() {
    String variable = System.getenv("VAGUS_TOKEN");
    Path file = tokenFile != null ? tokenFile : data.resolve("admin.token");
    if (tokenFile == null && variable != null) {
      return Optional.of(variable);
    }
    return tokenFile != null || Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
