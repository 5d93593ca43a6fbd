package io.vagus.registry;

import io.vagus.model.GroupId;
import io.vagus.registry.Tokens.Token;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what at this moment: asked at each call, so that what is taken back is gone at once.
 * Thread-safe, from memory.
 */
public final class Callers {
  private final Registry registry;
  private final People people;
  private final Tokens tokens;

  public Callers(Registry registry) {
    this.registry = registry;
    this.people = registry.people();
    this.tokens = registry.tokens();
  }

  /** Empty when there is no such user, or none that may come in. */
  public Optional<Caller> ofUser(String name) {
    return people
        .find(name)
        .filter(user -> !user.disabled())
        .map(user -> new Caller("user:" + name, name, Caller.reach(user.grants())));
  }

  /** Empty for a token that is not known, has ended, or whose owner may not come in. */
  public Optional<Caller> ofToken(String text) {
    return tokens.find(text).flatMap(this::of);
  }

  private Optional<Caller> of(Token token) {
    Map<Right, Set<GroupId>> reach = Caller.reach(token.group(), token.rights());
    if (token.owner().isEmpty()) {
      return Optional.of(new Caller(token.actor(), "", reach));
    }
    String owner = token.owner().get();
    return ofUser(owner)
        .map(user -> new Caller(token.actor(), owner, within(reach, user, token.group())));
  }

  /** A token's rights as far as its owner has them. */
  private Map<Right, Set<GroupId>> within(
      Map<Right, Set<GroupId>> reach, Caller owner, GroupId group) {
    GroupTree tree = registry.groups();
    Reach ofToken = Reach.of(tree, Set.of(group));
    Map<Right, Set<GroupId>> bounded = new EnumMap<>(Right.class);
    for (Right right : reach.keySet()) {
      Set<GroupId> groups = ofToken.within(owner.reach(right, tree));
      if (!groups.isEmpty()) {
        bounded.put(right, groups);
      }
    }
    return bounded;
  }
}
