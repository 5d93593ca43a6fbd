package io.vagus.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RevocationReason;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.KeyKind;
import io.vagus.trust.OfflineRoot;
import io.vagus.trust.TrustConfig;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority in a folder's {@code data}, and devices' keys and certificates beside it, made with
 * openssl while no server runs there.
 */
record TestAuthority(Path folder) {
  private static final String PASSPHRASE = "a long passphrase";

  static TestAuthority make(Path folder) throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    OfflineRoot.create(
        DeviceCertificates.folder(data),
        folder.resolve("root.p12"),
        PASSPHRASE.toCharArray(),
        KeyKind.P256,
        WallClock.system().now().minus(Duration.ofDays(365)));
    TestAuthority ca = new TestAuthority(folder);
    ca.withRegistry(registry -> registry.saveProduct(product()));
    return ca;
  }

  private static ProductModel product() {
    return new ProductModel("pump", 1, "", Map.of(), Optional.empty(), Optional.empty(), 0);
  }

  RunningServer serve(String... settings) {
    return serve(WallClock.system(), settings);
  }

  RunningServer serve(WallClock wall, String... settings) {
    String[] all =
        Stream.concat(Stream.of("https=127.0.0.1:0", "mqtts=127.0.0.1:0"), Stream.of(settings))
            .toArray(String[]::new);
    return RunningServer.start(folder.resolve("data"), wall, all);
  }

  private void withRegistry(Consumer<Registry> work) {
    try (Registry registry = TestRegistry.open(folder.resolve("data"))) {
      work.accept(registry);
    }
  }

  /** A device with secret {@code correct horse}, and a key and a request of its own. */
  void device(String id) throws Exception {
    withRegistry(registry ->
        registry.createDevice(
            new NewDevice(new DeviceId(id), "pump", id, Map.of(), Optional.of("correct horse"))));
    request(id);
  }

  void registeredLater(RunningServer server, String id) {
    RunningServer.expect(
        201,
        server.post(
            "/api/v1/devices",
            "{\"id\":\"%s\",\"product\":\"pump\",\"secret\":\"correct horse\"}".formatted(id)));
  }

  void request(String id) throws Exception {
    openssl(
        id,
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -subj /CN=%s -out %s.csr"
            .formatted(id, id, id));
  }

  /** Issues the device's certificate as if so much time had passed since. */
  void issue(String id, Duration ago) {
    WallClock past = () -> WallClock.system().micros() - ago.toNanos() / 1000;
    withRegistry(registry -> {
      DeviceCertificates ca =
          DeviceCertificates.open(
                  DeviceCertificates.folder(folder.resolve("data")),
                  TrustConfig.defaults(),
                  registry,
                  past,
                  new SimpleMeterRegistry())
              .orElseThrow();
      try {
        byte[] request = Files.readAllBytes(folder.resolve(id + ".csr"));
        String pem = ca.issue(new DeviceId(id), request).pem();
        Files.writeString(folder.resolve(id + ".crt"), pem);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
  }

  void revoke(String id, RevocationReason reason) {
    DeviceId device = new DeviceId(id);
    withRegistry(registry ->
        registry
            .certificates()
            .revoke(device, registry.certificates().of(device).getFirst().serial(), reason));
  }

  /** Runs in the folder. */
  void openssl(String what, String command) throws Exception {
    Command done = Command.run(folder, Map.of(), "bash", "-euc", command);
    if (done.exitCode() != 0) {
      throw new AssertionError(what + ": " + done.output());
    }
  }

  /**
   * The command that makes {@code NAME.crt}, which is like pump-7's but for what is said here.
   *
   * @param issuer {@code issuer}: this authority with its key; {@code fake-issuer}: its name with
   *     another key; else another authority
   */
  String signedBy(String name, String issuer, String usage) {
    String extensions =
        "subjectAltName=URI:urn:vagus:device:pump-7\nkeyUsage=critical,digitalSignature\n"
            + "extendedKeyUsage="
            + usage;
    String make =
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -subj /CN=pump-7 -out %s.csr; "
            .formatted(name, name);
    String authority =
        switch (issuer) {
          case "issuer" ->
              "cp data/trust/issuer.crt issuer.crt; cp data/trust/issuer.key issuer.key; ";
          case "fake-issuer" ->
              "s=$(openssl x509 -in data/trust/issuer.crt -noout -subject -nameopt RFC2253 | sed"
                  + " 's/subject=CN=//'); "
                  + selfSigned(issuer, "\"/CN=$s\"");
          default -> selfSigned(issuer, "/CN=Elsewhere");
        };
    return make
        + authority
        + "openssl x509 -req -in %s.csr -CA %s.crt -CAkey %s.key -days 30 -out %s.crt -extfile <(printf '%s')"
            .formatted(name, issuer, issuer, name, extensions.replace("\n", "\\n"));
  }

  private static String selfSigned(String name, String subject) {
    return "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -subj %s -days 30 -out %s.crt; "
        .formatted(name, subject, name);
  }

  KeyManagerFactory keys(String id) throws Exception {
    openssl(
        id,
        "openssl pkcs12 -export -in %s.crt -inkey %s.key -passout 'pass:%s' -out %s.p12"
            .formatted(id, id, PASSPHRASE, id));
    KeyStore store =
        KeyStore.getInstance(folder.resolve(id + ".p12").toFile(), PASSPHRASE.toCharArray());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSPHRASE.toCharArray());
    return keys;
  }

  /** Trust in the server's own certificate. */
  TrustManagerFactory server() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(folder.resolve("data/tls/server.crt"))) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }
}
