package io.vagus.fleet;

import io.vagus.client.ApiAccess;
import io.vagus.client.ServerOptions;
import io.vagus.kit.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the server is, and by what secrets a fleet reaches it. */
final class PlaceOptions {
  @Mixin final ServerOptions server = new ServerOptions();

  @Option(
      names = "--mqtt",
      paramLabel = "ADDR",
      description = "The server's MQTT address (default: of the server on --data).")
  @Nullable String mqtt;

  @Option(names = "--tls", description = "Devices speak TLS: MQTT and HTTP.")
  boolean tls;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = "Keeps the devices' secrets for a later run (default: DIR/fleet.secrets).")
  @Nullable Path secretFile;

  Place place() {
    ApiAccess access = server.access();
    Path secrets = secretFile != null ? secretFile : server.data().resolve("fleet.secrets");
    return new Place(access, http(access), mqtt(), tls, Optional.of(new SecretFile(secrets)));
  }

  private Optional<URI> http(ApiAccess access) {
    if (server.isNamed()) {
      boolean fits = !tls || "https".equals(access.url().getScheme());
      return fits ? Optional.of(access.url()) : Optional.empty();
    }
    return server.listener(tls ? "https" : "http").map(URI::create);
  }

  private Optional<HostPort> mqtt() {
    Optional<String> address =
        mqtt != null ? Optional.of(mqtt) : server.listener(tls ? "mqtts" : "mqtt");
    return address.map(HostPort::parse);
  }
}
