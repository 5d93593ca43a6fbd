package io.vagus.registry;

import java.util.List;
import java.util.Optional;

/**
 * Users and what they were granted. Reading is from memory; changes block on disk. Thread-safe. Bad
 * input is a {@code VagusException} of kind USER.
 */
public interface People {

  /** CONFLICT when the name is taken. */
  User add(NewUser user);

  Optional<User> find(String name);

  /** Whom the OpenID provider knows by that subject. */
  Optional<User> bySubject(String subject);

  /** Sorted by name. */
  List<User> all();

  User rename(String name, String displayName);

  /** Binds a user to a subject of the OpenID provider; CONFLICT when he has another already. */
  User bind(String name, String subject);

  /** Ends his sessions, and what his tokens are worth, or lets him in again. */
  User disable(String name, boolean disabled);

  User grant(String name, RoleGrant grant);

  /** NOT_FOUND when he does not have it. */
  User withdraw(String name, RoleGrant grant);

  /** Ends his sessions. */
  User setPassword(String name, String password);

  void remove(String name);

  /**
   * Whether somebody is who he says: blocks for tens of milliseconds of CPU, the same for every
   * name.
   *
   * @param code of the second factor; looked at when the user has one
   */
  Proof prove(String name, String password, Optional<String> code);

  /** Makes a secret for a second factor, in Base32; asked for once {@link #confirmTotp} is done. */
  String beginTotp(String name);

  /** INVALID_REQUEST for a wrong code. */
  User confirmTotp(String name, String code);

  User removeTotp(String name);

  /**
   * A user to be.
   *
   * @param password empty: he signs in at the OpenID provider only
   */
  record NewUser(
      String name, String displayName, Optional<String> password, List<RoleGrant> grants) {
    @Override
    public String toString() {
      return "NewUser[" + name + "]";
    }
  }

  /** What a name and a password prove. */
  sealed interface Proof {}

  record Proved(User user) implements Proof {}

  /** The password was right; a code is missing. */
  record CodeMissing() implements Proof {}

  /** Unknown, disabled, or something was wrong: nobody is told which. */
  record Wrong() implements Proof {}
}
