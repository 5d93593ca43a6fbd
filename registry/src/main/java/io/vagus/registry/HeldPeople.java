package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.registry.HeldPeople.Store.Change;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * {@link People} held in memory over whatever keeps them. What is in memory changes after the
 * store's commit and before its next writer, so that a change is always made to the newest state.
 */
public final class HeldPeople implements People {

  /** Where users are kept. One writer at a time. */
  public interface Store {

    /** Makes the change in one transaction; {@code committed} runs before the next writer. */
    void change(Maker maker, Committed committed);

    /** Says what to change, if anything, within the transaction; what it throws undoes it. */
    interface Maker {
      Optional<Change> make();
    }

    /** Hears of a change that is kept. */
    interface Committed {
      void committed(Change change);
    }

    /** What happened to a user. */
    sealed interface Change {}

    record Added(StoredUser user) implements Change {}

    /**
     * @param what happened, a word for the log: {@code granted}
     */
    record Changed(StoredUser user, String what) implements Change {}

    record Removed(String name) implements Change {}
  }

  private final Store store;
  private final WallClock wall;
  private final Argon2id argon2 = Argon2id.ofPeople();
  private final String nobody = argon2.ofNobody();
  private final Map<String, StoredUser> users = new ConcurrentHashMap<>();

  public HeldPeople(Store store, List<StoredUser> stored, WallClock wall) {
    this.store = store;
    this.wall = wall;
    stored.forEach(user -> users.put(user.user().name(), user));
  }

  @Override
  public User add(NewUser user) {
    PeopleRules.requireName(user.name());
    PeopleRules.requireDisplayName(user.displayName());
    PeopleRules.requireGrants(user.grants());
    Optional<String> hash = user.password().map(password -> hash(user.name(), password));
    Instant now = wall.now();
    User born =
        new User(
            user.name(),
            user.displayName(),
            false,
            user.grants(),
            Optional.empty(),
            false,
            now,
            hash.map(h -> now));
    StoredUser stored = new StoredUser(born, hash, Optional.empty(), 0);
    store.change(
        () -> {
          if (users.containsKey(user.name())) {
            throw Rules.conflict("user: \"" + user.name() + "\" exists already");
          }
          if (users.size() >= PeopleRules.MAX_USERS) {
            throw Rules.conflict("users: " + users.size() + " (expected: <= 10000)");
          }
          return Optional.of(new Store.Added(stored));
        },
        this::hold);
    return born;
  }

  private String hash(String name, String password) {
    PeopleRules.requirePassword(name, password);
    return argon2.hash(password);
  }

  private void hold(Change change) {
    switch (change) {
      case Store.Added(StoredUser user) -> users.put(user.user().name(), user);
      case Store.Changed(StoredUser user, String what) -> users.put(user.user().name(), user);
      case Store.Removed(String name) -> users.remove(name);
    }
  }

  @Override
  public Optional<User> find(String name) {
    return Optional.ofNullable(users.get(name)).map(StoredUser::user);
  }

  @Override
  public Optional<User> bySubject(String subject) {
    return users.values().stream()
        .map(StoredUser::user)
        .filter(user -> user.subject().equals(Optional.of(subject)))
        .findFirst();
  }

  @Override
  public List<User> all() {
    return users.values().stream()
        .map(StoredUser::user)
        .sorted(Comparator.comparing(User::name))
        .toList();
  }

  private User edit(String name, String what, UnaryOperator<StoredUser> edit) {
    List<StoredUser> result = new ArrayList<>(1);
    store.change(
        () -> {
          StoredUser before = users.get(name);
          if (before == null) {
            throw PeopleRules.unknown(name);
          }
          result.clear();
          result.add(edit.apply(before));
          return Optional.of(result.getFirst())
              .filter(after -> !after.equals(before))
              .map(after -> new Store.Changed(after, what));
        },
        this::hold);
    return result.getFirst().user();
  }

  @Override
  public User rename(String name, String displayName) {
    PeopleRules.requireDisplayName(displayName);
    return edit(name, "renamed", stored -> stored.with(stored.user().withDisplayName(displayName)));
  }

  @Override
  public User bind(String name, String subject) {
    Rules.requireText("subject", subject, 1024);
    return edit(
        name,
        "bound",
        stored -> {
          if (bySubject(subject).isPresent() || stored.user().subject().isPresent()) {
            throw Rules.conflict("subject: another is bound already");
          }
          return stored.with(stored.user().withSubject(subject));
        });
  }

  @Override
  public User disable(String name, boolean disabled) {
    return edit(
        name,
        disabled ? "disabled" : "enabled",
        stored -> stored.with(stored.user().withDisabled(disabled)));
  }

  @Override
  public User grant(String name, RoleGrant grant) {
    return edit(
        name,
        "granted",
        stored -> {
          List<RoleGrant> grants = new ArrayList<>(stored.user().grants());
          if (!grants.contains(grant)) {
            grants.add(grant);
          }
          PeopleRules.requireGrants(grants);
          return stored.with(stored.user().withGrants(grants));
        });
  }

  @Override
  public User withdraw(String name, RoleGrant grant) {
    return edit(
        name,
        "withdrawn",
        stored -> {
          List<RoleGrant> grants = new ArrayList<>(stored.user().grants());
          if (!grants.remove(grant)) {
            throw Rules.notFound("grant: \"" + grant + "\" was not given to " + name);
          }
          return stored.with(stored.user().withGrants(grants));
        });
  }

  @Override
  public User setPassword(String name, String password) {
    String hash = hash(name, password);
    return edit(
        name,
        "password-set",
        stored -> stored.withHash(hash).with(stored.user().withPasswordAt(wall.now())));
  }

  @Override
  public void remove(String name) {
    store.change(
        () -> {
          if (!users.containsKey(name)) {
            throw PeopleRules.unknown(name);
          }
          return Optional.of(new Store.Removed(name));
        },
        this::hold);
  }

  @Override
  public Proof prove(String name, String password, Optional<String> code) {
    byte[] shown = password.getBytes(StandardCharsets.UTF_8);
    if (shown.length > PeopleRules.MAX_PASSWORD_BYTES) {
      return new Wrong();
    }
    Optional<StoredUser> known = Optional.ofNullable(users.get(name));
    boolean right = argon2.matches(shown, known.flatMap(StoredUser::hash).orElse(nobody));
    if (!right || known.isEmpty() || known.get().user().disabled()) {
      return new Wrong();
    }
    if (!known.get().user().secondFactor()) {
      return new Proved(known.get().user());
    }
    return code.isEmpty() ? new CodeMissing() : proveCode(name, code.get());
  }

  private Proof proveCode(String name, String code) {
    StoredUser user = users.get(name);
    long step = user == null ? -1 : Totp.step(user, code, wall.now());
    if (step < 0) {
      return new Wrong();
    }
    return new Proved(edit(name, "code-taken", stored -> Totp.taken(stored, step)));
  }

  @Override
  public String beginTotp(String name) {
    String secret = Totp.newSecret();
    edit(
        name,
        "second-factor-begun",
        stored -> {
          if (stored.user().secondFactor()) {
            throw Rules.conflict("code: a second factor is there (expected: remove it first)");
          }
          return stored.withTotp(Optional.of(secret), 0);
        });
    return secret;
  }

  @Override
  public User confirmTotp(String name, String code) {
    return edit(
        name,
        "second-factor-added",
        stored -> {
          long step = Totp.step(stored, code, wall.now());
          if (step < 0) {
            throw Rules.invalid("code: wrong (expected: the six digits shown now)");
          }
          return Totp.taken(stored, step).with(stored.user().withSecondFactor(true));
        });
  }

  @Override
  public User removeTotp(String name) {
    return edit(
        name,
        "second-factor-removed",
        stored -> stored.withTotp(Optional.empty(), 0).with(stored.user().withSecondFactor(false)));
  }
}
