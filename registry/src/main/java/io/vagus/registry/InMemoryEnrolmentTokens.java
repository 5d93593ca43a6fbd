package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Tokens without a disk. Owns its lock. */
final class InMemoryEnrolmentTokens implements EnrolmentTokens {
  private final SequencedMap<String, EnrolmentToken> byId = new LinkedHashMap<>();
  private final EnrolmentBatches batches;
  private final EventLog events;
  private final WallClock wall;

  InMemoryEnrolmentTokens(EnrolmentBatches batches, EventLog events, WallClock wall) {
    this.batches = batches;
    this.events = events;
    this.wall = wall;
  }

  @Override
  public synchronized void add(List<EnrolmentToken> tokens) {
    for (EnrolmentToken token : tokens) {
      token
          .batch()
          .filter(b -> batches.find(b).isEmpty())
          .ifPresent(b -> {
            throw EnrolmentRules.noBatch(b);
          });
      if (byId.containsKey(token.id())) {
        throw EnrolmentRules.tokenExists(token.id());
      }
    }
    tokens.forEach(token -> byId.put(token.id(), token));
    events.append(tokens.stream().map(EnrolmentFacts::tokenMade).toList());
  }

  @Override
  public synchronized Optional<EnrolmentToken> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  @Override
  public synchronized List<EnrolmentToken> newest(Optional<String> batch, int limit) {
    return new ArrayList<>(byId.sequencedValues().reversed())
        .stream().filter(t -> batch.isEmpty() || t.batch().equals(batch)).limit(limit).toList();
  }

  @Override
  public synchronized boolean use(String id, DeviceId device) {
    EnrolmentToken token = byId.get(id);
    if (token == null || token.status(wall.now()) != EnrolmentToken.Status.OPEN) {
      return false;
    }
    EnrolmentToken used = token.used(device, wall.now());
    byId.put(id, used);
    events.append(EnrolmentFacts.tokenUsed(used));
    return true;
  }

  @Override
  public synchronized EnrolmentToken revoke(String id) {
    EnrolmentToken token = find(id).orElseThrow(() -> EnrolmentRules.noToken(id));
    if (token.use().isEmpty() && token.revoked().isEmpty()) {
      token = token.revoked(wall.now());
      byId.put(id, token);
      events.append(EnrolmentFacts.tokenRevoked(token));
    }
    return token;
  }

  @Override
  public synchronized int revokeOf(DeviceId device) {
    List<EnrolmentToken> open =
        byId.values().stream()
            .filter(t -> t.device().equals(Optional.of(device)))
            .filter(t -> t.status(wall.now()) == EnrolmentToken.Status.OPEN)
            .toList();
    open.forEach(token -> revoke(token.id()));
    return open.size();
  }
}
