using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Groups;
using StreamBert.Streaming.Log.Embedded.Reading;
using StreamBert.Streaming.Log.Embedded.Storage;
using StreamBert.Streaming.Log.Embedded.Writing;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Streaming.Log.Embedded;

/// <summary>
/// A durable log in one directory, on SQLite in write-ahead mode. One process at a time may use it, with any number of groups and readers.
/// What an append or a commit has acknowledged survives <c>kill -9</c> and power loss.
/// </summary>
public sealed class EmbeddedEventLog : IEventLog
{
    private const int ChunkRecords = 500;

    private readonly DirectoryLock _lock;
    private readonly LogFiles _files;
    private readonly TimeProvider _time;
    private readonly LogRetention _retention;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sweeping;
    private bool _isDisposed;

    private EmbeddedEventLog(DirectoryLock taken, EventLogOptions options, TimeProvider time, ILogger logger)
    {
        (_lock, _files, _time) = (taken, new(options.Directory), time);
        var session = new WriteSession(_files, new LogOpener(_files, options, time, logger).Open(), logger);
        session.LoadTopics(State);
        session.LoadOffsets(State);
        Writer = new(_files, session, State, time);
        Sessions = new(_files, session.Seed);
        _retention = new(State, Writer, time, logger);
        _sweeping = _retention.RunAsync(options.RetentionCheckInterval, _stopping.Token);
    }

    /// <inheritdoc/>
    public bool HasTransactionMarkers => false;

    /// <inheritdoc/>
    public Exception? WriteFailure => Writer.Failure;

    /// <inheritdoc/>
    public Exception? ReadFailure => Sessions.Damage;

    internal LogState State { get; } = new();
    internal LogWriter Writer { get; }
    internal ReadSessions Sessions { get; }

    /// <summary>Opens the log in <see cref="EventLogOptions.Directory"/>; creates it if it does not exist.</summary>
    /// <exception cref="LogInUseException">Another process holds the directory.</exception>
    /// <exception cref="LogUnavailableException">A file of the log is damaged, missing or cannot be used.</exception>
    public static EmbeddedEventLog Open(EventLogOptions options, TimeProvider time, ILogger<EmbeddedEventLog> logger)
    {
        var taken = LogErrors.Run(new(options.Directory), () => DirectoryLock.Take(options.Directory, time.GetUtcNow()));
        try
        {
            foreach (var open in LogErrors.Run(new(options.Directory), () => PrivateFiles.Restrict(options.Directory)))
                logger.LogWarning("Other users had access to {File}; it was restricted to this user.", open);
            return new(taken, options, time, logger);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>An existing topic gets the retention of its <see cref="TopicSpec"/>.</remarks>
    public Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation) => Writer.ControlAsync(
        session =>
        {
            var known = State.Topics.Count;
            session.Transaction(() =>
            {
                foreach (var topic in topics.DistinctBy(static t => t.Name))
                {
                    ArgumentOutOfRangeException.ThrowIfNegativeOrZero(topic.Partitions);
                    if (!State.Topics.ContainsKey(topic.Name))
                        session.CreateTopic(topic);
                    session.SetRetention(topic);
                }
            });
            session.LoadTopics(State);
            if (State.Topics.Count > known)
                session.Checkpoint();
        },
        cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<PartitionInfo>>(
            [.. Partitions(topics ?? [.. State.Topics.Keys]).Select(
                static p => new PartitionInfo(p.Topic, p.Number, p.Begin, p.End) { WithoutChecksum = p.WithoutChecksum })]);

    /// <inheritdoc/>
    /// <remarks>Uses a connection of its own, so that neither the writer nor the readers wait.</remarks>
    public Task CheckAsync(CancellationToken cancellation) => Task.Run(
        () => LogErrors.Run(_files, () =>
        {
            using var connection = LogSchema.Open(_files.Database, SqliteOpenMode.ReadOnly);
            return new PageVerifier(connection, _files).Verify(null, _time, cancellation);
        }),
        cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionLag>> LagAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        var committed = State.Groups.GetValueOrDefault(group) ?? new GroupState(group);
        return Task.FromResult<IReadOnlyList<PartitionLag>>(
            [.. Partitions(topics).Select(p => new PartitionLag(p.Topic, p.Number, committed.Position(p), p.End) { Begin = p.Begin })]);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecordPosition>> AppendAsync(
        IReadOnlyList<NewRecord> records,
        CancellationToken cancellation,
        bool atomic = false)
    {
        Validate(records);
        return await Writer.AppendAsync(new AppendRequest(records), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IGroupReader> JoinAsync(
        string group,
        IReadOnlyCollection<string> topics,
        CancellationToken cancellation,
        bool exclusive = false)
    {
        foreach (var topic in topics)
            State.Topic(topic);
        var member = new GroupMember(State.Group(group), [.. topics.Distinct()], exclusive);
        await Writer.ControlAsync(
            _ =>
            {
                member.Group.Members.Add(member);
                member.Group.Rebalance(State);
            },
            cancellation);
        return new EmbeddedGroupReader(this, member);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation)
    {
        var cursor = new LogCursor(
            [.. State.Topic(topic).Partitions.Select(p => new CursorPosition(p, from is null ? p.End : Start(p, from)))]);
        return FollowAsync(cursor, cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation,
        bool awaitOpenTransactions = false)
    {
        var cursor = new LogCursor([.. State.Topic(topic).Partitions.Select(p => new CursorPosition(p, Start(p, from), p.End))]);
        return DrainAsync(cursor, cancellation);
    }

    /// <inheritdoc/>
    public Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation) =>
        ReadOneAsync(State.Find(position.Topic, position.Partition), position.Offset, cancellation);

    /// <inheritdoc/>
    public Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation)
    {
        var state = State.Find(topic, partition);
        return ReadOneAsync(state, (state?.End ?? 0) - 1, cancellation);
    }

    /// <summary>
    /// Finishes the queued writes, ends waiting reads with <see cref="ObjectDisposedException"/>, and unlocks the directory.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _stopping.CancelAsync();
        await _sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Writer.CompleteAsync();
        State.Changed.Close();
        Sessions.Dispose();
        await Writer.DisposeAsync(); // last, because SQLite deletes the WAL with the last connection
        _stopping.Dispose();
        _lock.Dispose();
    }

    /// <summary>
    /// Deletes the records beyond the retention now; the log itself does so every <see cref="EventLogOptions.RetentionCheckInterval"/>.
    /// </summary>
    internal Task SweepAsync(CancellationToken cancellation) => _retention.SweepAsync(cancellation);

    internal async Task LeaveAsync(GroupMember member)
    {
        if (_isDisposed)
            return;
        await Writer.ControlAsync(
            _ =>
            {
                member.Group.Members.Remove(member);
                member.Group.Rebalance(State);
            },
            CancellationToken.None);
    }

    /// <summary>Rejects invalid records before they could fail a transaction that is shared with other callers.</summary>
    internal void Validate(IReadOnlyList<NewRecord> records)
    {
        foreach (var record in records)
        {
            var partitions = State.Topic(record.Topic).Partitions.Count;
            if (record.Partition is { } partition && (partition < 0 || partition >= partitions))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(records),
                    $"The topic '{record.Topic}' has {partitions} partitions; there is no partition {partition}.");
            }
        }
    }

    private IEnumerable<PartitionState> Partitions(IEnumerable<string> topics) =>
        topics.Distinct().Order(StringComparer.Ordinal).SelectMany(t => State.Topics.GetValueOrDefault(t)?.Partitions ?? []);

    private static long Start(PartitionState partition, IReadOnlyDictionary<int, long>? from) =>
        Math.Max(partition.Begin, from?.GetValueOrDefault(partition.Number) ?? 0);

    private async Task<LogRecord?> ReadOneAsync(PartitionState? partition, long offset, CancellationToken cancellation) =>
        partition is null || offset < partition.Begin || offset >= partition.End
            ? null
            : await Sessions.ReadAsync(session => session.Range(partition, offset, offset + 1).FirstOrDefault(), cancellation);

    private async IAsyncEnumerable<IReadOnlyList<LogRecord>> FollowAsync(
        LogCursor cursor,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var changed = State.Changed.Next;
            var records = cursor.HasMore ? await Sessions.ReadAsync(session => cursor.Read(session, ChunkRecords), cancellation) : [];
            if (records.Count > 0)
                yield return records;
            else
                await changed.WaitAsync(cancellation);
        }
    }

    private async IAsyncEnumerable<LogRecord> DrainAsync(LogCursor cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (cursor.HasMore)
        {
            foreach (var record in await Sessions.ReadAsync(session => cursor.Read(session, ChunkRecords), cancellation))
                yield return record;
        }
    }
}
