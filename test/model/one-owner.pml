/*
 * Lock, record, port and hand-over of src/supervisor, for spin (https://spinroot.com).
 *
 * N processes want to serve one state directory. Each waits in the kernel for the lock, some ask the owner to hand over.
 * Any of them may be killed at any moment and may be started again; the record may be removed or rewritten by anybody.
 * What the kernel does in one step is one atomic step here: granting flock(2), dropping it at death, bind(2). The port
 * of a killed process may stay taken longer than its lock. A stopped process is one that spin does not schedule.
 *
 * Mutants, which one-owner.test.ts expects spin to refute:
 *   LOCK_FILE     the lock is a file that somebody may remove (field failure F-06)
 *   NO_RECLAIM    an owner that hands over ends at once instead of standing by until the new one serves
 *   RECORD_RULES  the record, not the kernel, says whether the owner lives
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

#define NOBODY 255
/* The port still belongs to a process that is dead already. */
#define DYING 254
/* The other end of the control connection is gone. */
#define CLOSED 253

mtype = { dead, waiting, owning, serving, draining, released, ended };

mtype st[N] = waiting;
byte lock = NOBODY;
byte port = NOBODY;
byte promise = NOBODY;    /* record: "stopping, handed over to" */
byte asker[N] = NOBODY;   /* control connection as the owner sees it */
byte asked[N] = NOBODY;   /* ... and as the asking process sees it */
bool done[N] = false;     /* "I serve" has been sent to this old owner */
/* Only for the claims: this owner gave the service away, and the one it gave it to has served. */
bool gaveAway[N] = false;
bool received[N] = false;
byte kills = 0;
byte restarts = 0;
byte takeovers = 0;
byte asides = 0;

#define alive(i) (st[i] != dead && st[i] != ended)
#define holds(i) (st[i] == owning || st[i] == serving || st[i] == draining)

inline hangUp(i) {
  if
  :: asked[i] != NOBODY -> asker[asked[i]] = CLOSED; asked[i] = NOBODY
  :: else
  fi
}

proctype Process(byte me) {
end:
  do
  /* flock -x: granted when nobody holds it */
#ifdef RECORD_RULES
  :: atomic { st[me] == waiting && (lock == NOBODY || promise == NOBODY && st[lock] != serving) -> lock = me; st[me] = owning }
#else
  :: atomic { st[me] == waiting && lock == NOBODY -> lock = me; st[me] = owning }
#endif

  /* a standby steps aside for the process that was promised the service, until the promise runs out */
  :: atomic { st[me] == owning && promise != NOBODY && promise != me && asides < 2 ->
       asides++; lock = NOBODY; st[me] = waiting }

  /* the port: of a dead predecessor it comes by itself, of a living one it was given up before the lock */
  :: atomic { st[me] == owning && port == NOBODY ->
       port = me; promise = NOBODY; st[me] = serving;
       if
       :: asked[me] != NOBODY -> done[asked[me]] = true; received[asked[me]] = true; asked[me] = NOBODY
       :: else
       fi }

  /* takeover: ask the owner while waiting in the kernel */
  :: atomic { st[me] == waiting && asked[me] == NOBODY && takeovers < TAKEOVERS &&
       lock != NOBODY && st[lock] == serving && asker[lock] == NOBODY ->
       takeovers++; asked[me] = lock; asker[lock] = me; done[lock] = false }

  /* one that asked may lose patience, before or after it got the lock, and end */
  :: atomic { (st[me] == waiting || st[me] == owning) && asked[me] != NOBODY ->
       if :: lock == me -> lock = NOBODY :: else fi;
       hangUp(me);
       st[me] = ended }

  /* the owner: drain, let go of the port, of the lock, and stand by until the new one says that it serves */
  :: atomic { st[me] == serving && asker[me] == CLOSED -> asker[me] = NOBODY }
  :: atomic { st[me] == serving && asker[me] < N -> st[me] = draining; promise = asker[me]; gaveAway[me] = true; received[me] = false }
  :: atomic { st[me] == draining && port == me -> port = NOBODY }
#ifdef NO_RECLAIM
  :: atomic { st[me] == draining && port != me -> lock = NOBODY; asker[me] = NOBODY; st[me] = ended }
#else
  :: atomic { st[me] == draining && port != me -> lock = NOBODY; st[me] = released }
#endif
  :: atomic { st[me] == released && done[me] -> asker[me] = NOBODY; done[me] = false; st[me] = ended }
  :: atomic { st[me] == released && !done[me] && asker[me] == CLOSED ->
       asker[me] = NOBODY; gaveAway[me] = false; st[me] = waiting }

  /* the owner died while it was asked: go on as a standby */
  :: atomic { asked[me] < N && !alive(asked[me]) && st[me] == waiting -> asked[me] = NOBODY }

  /* a supervisor starts a dead process again */
  :: atomic { st[me] == dead && restarts < RESTARTS -> restarts++; st[me] = waiting }

  :: st[me] == ended -> break
  od
}

/* SIGKILL. The kernel drops the lock and closes connections; the port follows in a step of its own. */
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
          hangUp(i);
          asker[i] = NOBODY;
          done[i] = false;
          gaveAway[i] = false;
          if :: lock == i -> lock = NOBODY :: else fi;
          if :: port == i -> port = DYING :: else fi
       :: else
       fi
     }
  :: break
  od
}

proctype Kernel() {
end:
  do
  :: atomic { port == DYING -> port = NOBODY }
  od
}

/* Somebody removes the record, or makes it promise the service to anybody. */
proctype Vandal() {
  byte i;
  select (i : 0 .. N - 1);
  if
  :: promise = NOBODY
  :: promise = i
  fi
#ifdef LOCK_FILE
  ; lock = NOBODY
#endif
}

init {
  byte i;
  atomic {
    for (i : 0 .. N - 1) { run Process(i) }
    run Killer();
    run Kernel();
    run Vandal()
  }
}

#define two(i, j) (holds(i) && holds(j))
#define someoneServes (st[0] == serving || st[1] == serving || st[2] == serving)
#define someoneWants (alive(0) || alive(1) || alive(2))
#define lockedOnly(i) (port != i || lock == i)

ltl oneOwner { [] (!two(0, 1) && !two(0, 2) && !two(1, 2)) }
ltl neverListensWithoutLock { [] (lockedOnly(0) && lockedOnly(1) && lockedOnly(2)) }
#define kept(i) (!(st[i] == ended && gaveAway[i]) || received[i])
ltl handOverKept { [] (kept(0) && kept(1) && kept(2)) }
ltl neverLost { [] <> (someoneServes || !someoneWants) }
