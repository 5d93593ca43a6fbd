package io.vagus.sink.kafka;

import io.vagus.kit.HostPort;
import io.vagus.sink.SinkOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Where and how a Kafka sink writes. Of Kafka's own settings those are taken that say where a
 * cluster is and who we are there; none that name a class or a file of this machine
 * (CVE-2023-25194).
 *
 * @param user name and password, and the mechanism by which they are shown
 * @param authorities PEM: whom the brokers' certificates are trusted by
 * @param certificate PEM, with its key: who we are by TLS
 */
public record KafkaSettings(
    List<HostPort> servers,
    String topic,
    boolean tls,
    Optional<User> user,
    Optional<String> authorities,
    Optional<Certificate> certificate) {
  private static final Set<String> MECHANISMS = Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

  record User(String mechanism, String name, String password) {
    @Override
    public String toString() {
      return name;
    }
  }

  record Certificate(String chain, String key) {
    @Override
    public String toString() {
      return "a certificate";
    }
  }

  public static KafkaSettings of(SinkOptions options) {
    String topic = options.required("topic");
    if (!topic.matches("[a-zA-Z0-9._-]{1,249}") || topic.matches("\\.{1,2}")) {
      throw SinkOptions.wrong("topic", topic, "1 to 249 of letters, digits and . _ -");
    }
    KafkaSettings settings =
        new KafkaSettings(
            servers(options.required("servers")),
            topic,
            options.bool("tls"),
            user(options),
            options.optional("authorities").map(pem -> pem("authorities", pem)),
            certificate(options));
    options.end();
    return settings;
  }

  private static List<HostPort> servers(String text) {
    try {
      return Arrays.stream(text.split(",")).map(String::strip).map(HostPort::parse).toList();
    } catch (IllegalArgumentException e) {
      throw SinkOptions.wrong("servers", text, "host:port, separated by commas");
    }
  }

  private static Optional<User> user(SinkOptions options) {
    Optional<String> name = options.optional("user");
    String mechanism = options.optional("mechanism").orElse("SCRAM-SHA-512");
    Optional<String> password = options.secret("password");
    if (!MECHANISMS.contains(mechanism)) {
      throw SinkOptions.wrong("mechanism", mechanism, "one of " + MECHANISMS);
    }
    if (name.isPresent() != password.isPresent()) {
      throw SinkOptions.wrongSecret("password", "one, together with config.user");
    }
    return name.map(n -> new User(mechanism, n, password.orElseThrow()));
  }

  private static Optional<Certificate> certificate(SinkOptions options) {
    Optional<String> chain = options.optional("certificate").map(p -> pem("certificate", p));
    Optional<String> key = options.secret("key");
    if (chain.isPresent() != key.isPresent()) {
      throw SinkOptions.wrongSecret("key", "a PEM key, together with config.certificate");
    }
    return chain.map(c -> new Certificate(c, key.orElseThrow()));
  }

  private static String pem(String name, String text) {
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw SinkOptions.wrong(name, text, "certificates in PEM");
    }
    return text;
  }

  /** For the producer: in order for each key, nothing twice within a session (KIP-98). */
  Properties producer() {
    Properties p = new Properties();
    p.put("bootstrap.servers", String.join(",", servers.stream().map(HostPort::toString).toList()));
    p.put("client.id", "vagus");
    p.put("acks", "all");
    p.put("enable.idempotence", "true");
    p.put("compression.type", "lz4");
    p.put("linger.ms", "5");
    p.put("max.block.ms", "5000");
    p.put("request.timeout.ms", "5000");
    p.put("delivery.timeout.ms", "10000");
    p.put("buffer.memory", Integer.toString(8 << 20));
    p.put("security.protocol", (user.isPresent() ? "SASL_" : "") + (tls ? "SSL" : "PLAINTEXT"));
    user.ifPresent(u -> {
      p.put("sasl.mechanism", u.mechanism());
      p.put("sasl.jaas.config", jaas(u));
    });
    authorities.ifPresent(pem -> {
      p.put("ssl.truststore.type", "PEM");
      p.put("ssl.truststore.certificates", pem);
    });
    certificate.ifPresent(c -> {
      p.put("ssl.keystore.type", "PEM");
      p.put("ssl.keystore.certificate.chain", c.chain());
      p.put("ssl.keystore.key", c.key());
    });
    return p;
  }

  private static String jaas(User user) {
    String module =
        user.mechanism().equals("PLAIN")
            ? "org.apache.kafka.common.security.plain.PlainLoginModule"
            : "org.apache.kafka.common.security.scram.ScramLoginModule";
    return "%s required username=\"%s\" password=\"%s\";"
        .formatted(module, escaped(user.name()), escaped(user.password()));
  }

  /** Within the quotes of a JAAS option. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
