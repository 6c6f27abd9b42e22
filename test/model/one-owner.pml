/*
 * Lock, place in the queue, port and hand-over of src/supervisor, for spin (https://spinroot.com).
 *
 * N processes want to serve one state directory. A fresh one tries the lock once; without it, it stands by or asks the
 * owner to hand over. Standbys queue for one place, and only who has the place waits for the lock. Who asks for a
 * hand-over claims it first, then waits for the lock beside the standby that has the place; that one steps aside while
 * somebody else has the claim. Lock, place and claim are flock(2): granted in one step, dropped by the kernel at death.
 * Any process may be killed at any moment and may be started again. The record only says whether looking at the claim is
 * worth it; somebody may remove it or make it lie, so that stepping aside is left to chance here. The port of a killed
 * process may stay taken longer than its lock. One that waits may be stopped, for ever or for a while.
 *
 * An owner that hands over may leave its listening socket with a keeper, where nobody accepts; the next owner gets it from
 * there, if it knows how (OLD does not), or else waits until the keeper has ended. A keeper ends when its owner is dead,
 * and not much later than the owner's lock is free.
 *
 * Mutants, which one-owner.test.ts expects spin to refute:
 *   LOCK_FILE     the lock is a file that somebody may remove (field failure F-06)
 *   PLACE_FILE    the place is a file that a killed standby leaves behind
 *   NO_RECLAIM    an owner that hands over ends at once instead of standing by until the new one serves
 *   RECORD_RULES  the record, not the kernel, says whether the owner lives
 *   STOPPED_OWNS  a process that is stopped when its turn comes gets the lock
 *   KEEPER_STAYS  the keeper of a socket waits until somebody comes for it
 *   KEPT_IS_OURS  whoever can get the socket from the keeper serves, with the lock or without
 */
#ifndef N
#define N 3
#endif
#ifndef KILLS
#define KILLS 2
#endif
#ifndef RESTARTS
#define RESTARTS 1
#endif
#ifndef TAKEOVERS
#define TAKEOVERS 2
#endif

#ifndef STOPS
#define STOPS 0
#endif

#define NOBODY 255
/* The port still belongs to a process that is dead already. */
#define DYING 254
/* Open, with a queue; nobody accepts. */
#define KEPT 252
/* The one that binds a socket of its own always: a version from before there were keepers. */
#define OLD (N - 1)
/* The other end of the control connection is gone. */
#define CLOSED 253

mtype = { dead, fresh, queued, waiting, asking, owning, settled, serving, draining, released, ended };

mtype st[N] = fresh;
byte lock = NOBODY;
byte place = NOBODY;      /* lock of the directory `standby` */
byte claim = NOBODY;      /* lock of the directory `hand-over` */
byte port = NOBODY;
byte keeper = NOBODY;     /* whose socket is being kept */
byte asker[N] = NOBODY;   /* control connection as the owner sees it */
byte asked[N] = NOBODY;   /* ... and as the asking process sees it */
bool stopped[N] = false;
bool done[N] = false;     /* "I serve" has been sent to this old owner */
/* Only for the claims: this owner gave the service away, and the one it gave it to has served. */
bool gaveAway[N] = false;
bool received[N] = false;
byte kills = 0;
byte restarts = 0;
byte takeovers = 0;
byte asides = 0;
byte stops = 0;

/* SIGSTOP; what the kernel and the helper do for it goes on. */
#define is(i, s) (st[i] == s && !stopped[i])
#define alive(i) (st[i] != dead && st[i] != ended)
#define holds(i) (st[i] == owning || st[i] == settled || st[i] == serving || st[i] == draining)
#define mayListen(i) (port == NOBODY || (port == KEPT && i != OLD))
#define handedToOther(i) (claim != NOBODY && claim != i)

inline hangUp(i) {
  if
  :: asked[i] != NOBODY -> asker[asked[i]] = CLOSED; asked[i] = NOBODY
  :: else
  fi
}

inline letGo(lockOf, i) {
  if :: lockOf == i -> lockOf = NOBODY :: else fi
}

/* An old owner that has the lock again has nobody left that it hands over to. */
inline takenBack(i) {
  if
  :: asker[i] < N -> asked[asker[i]] = NOBODY
  :: else
  fi;
  asker[i] = NOBODY; gaveAway[i] = false
}

proctype Process(byte me) {
end:
  do
  /* flock -n: a start that finds the lock free, unless it sees that the service is being handed over */
  :: atomic { is(me, fresh) && lock == NOBODY -> lock = me; st[me] = owning }
  :: atomic { is(me, fresh) && lock != NOBODY -> st[me] = queued }

  /* standby: first the place, then the lock */
  :: atomic { is(me, queued) && place == NOBODY -> place = me; st[me] = waiting }
#ifdef RECORD_RULES
  :: atomic { is(me, waiting) && (lock == NOBODY || st[lock] != serving) -> lock = me; st[me] = owning }
#else
  :: atomic { is(me, waiting) && lock == NOBODY -> lock = me; takenBack(me); st[me] = owning }
#endif
  /* the helper of one that is stopped: it passes lock and place on, and queues for both again when it goes on */
#ifdef STOPPED_OWNS
  :: atomic { stopped[me] && st[me] == waiting && lock == NOBODY -> lock = me; st[me] = owning }
#else
  :: atomic { stopped[me] && st[me] == waiting && lock == NOBODY && place == me -> place = NOBODY; st[me] = queued }
#endif

  /* step aside for the process that has the claim (keeping the place), or stay: the record lied, patience ran out */
  :: atomic { is(me, owning) && handedToOther(me) && asides < 2 -> asides++; lock = NOBODY; st[me] = waiting }
  :: atomic { is(me, owning) -> letGo(place, me); st[me] = settled }

  /* the port: of a dead predecessor it comes by itself, of a living one it was given up before the lock, or kept */
#ifdef KEPT_IS_OURS
  :: atomic { (is(me, settled) || is(me, waiting)) && mayListen(me) ->
#else
  :: atomic { is(me, settled) && mayListen(me) ->
#endif
       port = me; letGo(claim, me); st[me] = serving;
       if
       :: asked[me] != NOBODY -> done[asked[me]] = true; received[asked[me]] = true; asked[me] = NOBODY
       :: else
       fi }

  /* takeover: claim the hand-over, ask the owner, wait for the lock beside whoever has the place */
  :: atomic { is(me, fresh) && lock != NOBODY && claim == NOBODY && takeovers < TAKEOVERS ->
       takeovers++; claim = me; st[me] = asking }
  :: atomic { is(me, asking) ->
       if
       :: lock != NOBODY && st[lock] == serving && asker[lock] == NOBODY ->
          asked[me] = lock; asker[lock] = me; done[lock] = false; st[me] = waiting
       :: else -> letGo(claim, me); st[me] = ended
       fi }

  /* one that asked may lose patience, before or after it got the lock, and end */
  :: atomic { (is(me, waiting) || is(me, owning) || is(me, settled)) && claim == me ->
       letGo(lock, me); letGo(claim, me);
       hangUp(me);
       st[me] = ended }

  /* the owner: drain, let go of the port, of the lock, and stand by until the new one says that it serves */
  :: atomic { is(me, serving) && asker[me] == CLOSED -> asker[me] = NOBODY }
  :: atomic { is(me, serving) && asker[me] < N -> st[me] = draining; gaveAway[me] = true; received[me] = false }
  :: atomic { is(me, draining) && port == me ->
       if
       :: keeper = me; port = KEPT
       :: keeper == NOBODY -> port = NOBODY
       /* the keeper it came from has the same socket */
       :: keeper != NOBODY -> port = KEPT
       fi }
#ifdef NO_RECLAIM
  :: atomic { is(me, draining) && port != me -> lock = NOBODY; asker[me] = NOBODY; st[me] = ended }
#else
  :: atomic { is(me, draining) && port != me -> lock = NOBODY; st[me] = released }
#endif
  :: atomic { is(me, released) && done[me] -> asker[me] = NOBODY; done[me] = false; st[me] = ended }
  :: atomic { is(me, released) && !done[me] && asker[me] == CLOSED ->
       asker[me] = NOBODY; gaveAway[me] = false; st[me] = waiting }

  /* ... or does not say it in time (stopped, slow): wait for the lock beside it, and end when it serves after all */
  :: atomic { is(me, released) && !done[me] -> st[me] = waiting }
  :: atomic { is(me, waiting) && done[me] -> asker[me] = NOBODY; done[me] = false; letGo(place, me); st[me] = ended }

  /* the owner died while it was asked: go on waiting, the claim keeps standbys aside */
  :: atomic { asked[me] < N && !alive(asked[me]) && is(me, waiting) -> asked[me] = NOBODY }

  /* a supervisor starts a dead process again */
  :: atomic { st[me] == dead && restarts < RESTARTS -> restarts++; st[me] = fresh }

  :: st[me] == ended -> break
  od
}

/* SIGKILL. The kernel drops the locks and closes connections; the port follows in a step of its own. */
proctype Killer() {
  byte i;
  do
  :: kills < KILLS ->
     select (i : 0 .. N - 1);
     atomic {
       kills++;
       if
       :: alive(i) ->
          st[i] = dead;
          stopped[i] = false;
          hangUp(i);
          asker[i] = NOBODY;
          done[i] = false;
          gaveAway[i] = false;
          letGo(lock, i);
#ifndef PLACE_FILE
          letGo(place, i);
#endif
          letGo(claim, i);
          if :: port == i && keeper != NOBODY -> port = KEPT :: port == i && keeper == NOBODY -> port = DYING :: else fi
       :: else
       fi
     }
  :: stops < STOPS ->
     select (i : 0 .. N - 1);
     atomic {
       stops++;
       if
       /* an owner that is stopped is its supervisor's affair */
       :: st[i] == queued || st[i] == waiting -> stopped[i] = true
       :: else
       fi
     }
  :: atomic { stopped[0] -> stopped[0] = false }
  :: atomic { stopped[1] -> stopped[1] = false }
  :: atomic { stopped[2] -> stopped[2] = false }
  :: break
  od
}

proctype Kernel() {
end:
  do
  :: atomic { port == DYING -> port = NOBODY }
#ifndef KEEPER_STAYS
  :: atomic { keeper != NOBODY && st[keeper] != draining ->
       keeper = NOBODY;
       if :: port == KEPT -> port = NOBODY :: else fi }
#endif
  od
}

#ifdef LOCK_FILE
/* Somebody removes the lock. */
proctype Vandal() {
  lock = NOBODY
}
#endif

init {
  byte i;
  atomic {
    for (i : 0 .. N - 1) { run Process(i) }
    run Killer();
    run Kernel();
#ifdef LOCK_FILE
    run Vandal()
#endif
  }
}

#define two(i, j) (holds(i) && holds(j))
#define someoneServes (st[0] == serving || st[1] == serving || st[2] == serving)
#define wants(i) (alive(i) && !stopped[i])
#define someoneWants (wants(0) || wants(1) || wants(2))
#define lockedOnly(i) (port != i || lock == i)

ltl oneOwner { [] (!two(0, 1) && !two(0, 2) && !two(1, 2)) }
ltl neverListensWithoutLock { [] (lockedOnly(0) && lockedOnly(1) && lockedOnly(2)) }
#define kept(i) (!(st[i] == ended && gaveAway[i]) || received[i])
ltl handOverKept { [] (kept(0) && kept(1) && kept(2)) }
ltl neverLost { [] <> (someoneServes || !someoneWants) }
