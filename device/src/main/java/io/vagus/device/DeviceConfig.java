package io.vagus.device;

import io.vagus.device.mqtt.LinkOptions;
import io.vagus.kit.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * What a device is and where it sends.
 *
 * @param secret shown as password, with the id as user name
 * @param tls asked for at each attempt to connect; empty: the connection is not encrypted
 * @param enrolment of its certificate, which then is what it shows; empty: it has none
 */
public record DeviceConfig(
    String id,
    HostPort server,
    Optional<String> secret,
    Optional<Supplier<SSLContext>> tls,
    Optional<Enrolment> enrolment,
    LinkOptions link,
    StoreConfig store) {

  /** A device that keeps its messages in memory and shows nothing yet. */
  public static DeviceConfig of(String id, HostPort server) {
    return new DeviceConfig(
        id,
        server,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        LinkOptions.DEFAULT,
        StoreConfig.inMemory());
  }

  public DeviceConfig withSecret(String shown) {
    return new DeviceConfig(id, server, Optional.of(shown), tls, enrolment, link, store);
  }

  public DeviceConfig withTls(Supplier<SSLContext> context) {
    return new DeviceConfig(id, server, secret, Optional.of(context), enrolment, link, store);
  }

  /** Trusts what these authorities signed (PEM). */
  public DeviceConfig withAuthorities(Path file) {
    SSLContext context = Tls.context(Tls.trusted(Optional.of(file), List.of()), null);
    return withTls(() -> context);
  }

  /** It gets, shows and renews a certificate by itself. */
  public DeviceConfig with(Enrolment own) {
    return new DeviceConfig(id, server, secret, tls, Optional.of(own), link, store);
  }

  public DeviceConfig with(StoreConfig other) {
    return new DeviceConfig(id, server, secret, tls, enrolment, link, other);
  }

  public DeviceConfig with(LinkOptions other) {
    return new DeviceConfig(id, server, secret, tls, enrolment, other, store);
  }

  @Override
  public String toString() {
    return "device " + id + " at " + server; // without the secret
  }
}
