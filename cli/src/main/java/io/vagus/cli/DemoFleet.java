package io.vagus.cli;

import io.vagus.client.ApiAccess;
import io.vagus.client.SecretText;
import io.vagus.fleet.Demo;
import io.vagus.fleet.Place;
import io.vagus.fleet.SecretFile;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import io.vagus.model.Transport;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Brings the pilot fleet to a server of this process, through its sockets. */
final class DemoFleet {
  private static final String SECRET_FILE = "demo.secrets";

  private DemoFleet() {}

  static Demo start(Server server, Configuration configuration) {
    HostPort mqtt =
        server
            .address(Transport.MQTT)
            .map(address -> new HostPort(address.getHostString(), address.getPort()))
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.INVALID_SETTING,
                    "listen.mqtt: off (expected: an address, since the demo's devices speak"
                        + " MQTT)"));
    boolean open = configuration.listen().open();
    Path data = configuration.server().data();
    URI http = URI.create(server.httpUrl());
    Demo demo =
        Demo.start(
            new Place(
                new ApiAccess(http, open ? Optional.empty() : Optional.of(token(data))),
                Optional.of(http),
                Optional.of(mqtt),
                false,
                open ? Optional.empty() : Optional.of(new SecretFile(data.resolve(SECRET_FILE)))));
    System.out.printf(
        "console %s/ shows %d demo devices, this machine among them; Ctrl-C stops all%n",
        server.httpUrl(), demo.size());
    return demo;
  }

  private static String token(Path data) {
    return SecretText.read(data.resolve(Server.TOKEN_FILE));
  }
}
