package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * {@link Credentials} over whatever keeps the hashes. Thread-safe.
 *
 * <p>An unknown name, a device without a secret and a wrong secret cost the same and are refused in
 * the same words, so that nobody learns which names exist.
 */
public final class HashedCredentials implements Credentials {
  private static final Refused WRONG =
      new Refused(ErrorCode.BAD_CREDENTIALS, "unknown name or wrong secret");
  private static final Refused ENDED =
      new Refused(
          ErrorCode.BAD_CREDENTIALS, "token: has ended (expected: another, by POST /token)");

  /** Where hashes are kept. */
  public interface Store {
    Optional<Known> find(String name);
  }

  /** What a name stands for once its secret is proved. */
  public record Known(Verdict verdict, Optional<String> hash) {
    @Override
    public String toString() {
      return "Known[" + verdict + "]";
    }
  }

  private final Store store;
  private final SecretHashes hashes = new SecretHashes();
  private final RecentVerdicts recent = new RecentVerdicts();
  private final SeenSecrets seen = new SeenSecrets();
  private final BoundTokens bound;

  public HashedCredentials(Store store, WallClock wall) {
    this.store = store;
    this.bound = new BoundTokens(wall);
  }

  @Override
  public Optional<Verdict> recognise(String name, byte[] secret) {
    if (BoundTokens.isBound(secret) && !bound.isLive(secret)) {
      return Optional.of(ENDED);
    }
    return isPlausible(name, secret) ? recent.find(name, secret) : Optional.of(WRONG);
  }

  @Override
  public Verdict check(String name, byte[] secret) {
    if (!isPlausible(name, secret)) {
      return WRONG;
    }
    long stamp = recent.stamp(name);
    Optional<Known> known = store.find(name);
    boolean right = isRight(name, secret, known);
    Verdict verdict = right ? known.map(Known::verdict).map(this::orBarred).orElse(WRONG) : WRONG;
    recent.keep(name, secret, right, verdict, stamp);
    if (right && !isQuick(secret) && known.orElseThrow().verdict() instanceof DeviceVerdict) {
      seen.seen(name, secret);
    }
    return verdict;
  }

  private boolean isRight(String name, byte[] secret, Optional<Known> known) {
    Optional<String> hash = known.flatMap(Known::hash);
    if (BoundTokens.isBound(secret)) {
      return hash.isPresent() && bound.matches(name, secret, hash.get());
    }
    return hashes.matches(secret, hash);
  }

  @Override
  public Optional<BoundToken> bind(String device) {
    return store
        .find(device)
        .filter(known -> known.verdict() instanceof DeviceVerdict)
        .flatMap(Known::hash)
        .map(hash -> new BoundToken(bound.make(device, hash), BoundTokens.LIFE));
  }

  /** The same for every name: tells nothing about which exist. */
  private static boolean isPlausible(String name, byte[] secret) {
    return name.length() <= Rules.MAX_HOLDER_CHARS
        && secret.length >= Rules.MIN_SECRET_BYTES
        && secret.length <= Rules.MAX_SECRET_BYTES;
  }

  private Verdict orBarred(Verdict verdict) {
    return verdict instanceof DeviceVerdict(Device device)
        ? device
            .status()
            .refusal()
            .<Verdict>map(code ->
                new Refused(
                    code, "device \"" + device.id() + "\" is " + Json.word(device.status())))
            .orElse(verdict)
        : verdict;
  }

  /** A device became active, its secret is as it was: who is known from memory stays known. */
  public void activated(Device before, Device after) {
    recent.replace(before.id().value(), new DeviceVerdict(before), new DeviceVerdict(after));
  }

  /** The name's secret, status or rights changed: the next connection is checked anew. */
  public void forget(String name) {
    recent.forget(name);
  }

  /** The device has this secret from now on. */
  public void set(DeviceId device, Optional<Secret> secret) {
    forget(device.value());
    secret
        .filter(s -> s instanceof Secret.Chosen)
        .map(s -> s.text().getBytes(StandardCharsets.UTF_8))
        .ifPresentOrElse(s -> seen.seen(device.value(), s), () -> seen.gone(device.value()));
  }

  /** The device has no secret any more. */
  public void gone(DeviceId device) {
    forget(device.value());
    seen.gone(device.value());
  }

  InMemorySecrets inMemory() {
    return new InMemorySecrets(seen);
  }

  /** As {@link SecretInventory#shared}. */
  public List<List<DeviceId>> shared() {
    return seen.shared();
  }

  /** As {@link SecretInventory#weak}. */
  public List<SecretInventory.Weak> weak(int limit) {
    return seen.weak(limit);
  }

  /** How many chosen secrets were set or shown. */
  public int countSeen() {
    return seen.count();
  }

  @Override
  public boolean isQuick(byte[] secret) {
    return Secret.looksGenerated(secret) || BoundTokens.isBound(secret);
  }

  /** As it is stored; of a chosen one milliseconds of CPU. */
  public String hash(Secret secret) {
    return hashes.hash(secret);
  }

  /** In the order given, on all processors. */
  public List<Optional<String>> hashAll(List<Optional<Secret>> secrets) {
    return hashes.hashAll(secrets);
  }
}
