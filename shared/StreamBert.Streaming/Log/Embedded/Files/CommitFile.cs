using Microsoft.Win32.SafeHandles;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;

namespace StreamBert.Streaming.Log.Embedded.Files;

/// <summary>
/// The file <c>log.commits </c>: what the database must hold at least. It is written after a commit has reached the disk and before the
/// commit is acknowledged, so it never claims more than the database holds, whenever the process or the machine fails. After a kill it is
/// exact, because the system keeps what was written; it is flushed to the disk once a second, so after a power failure it may lag by that
/// much. Two slots are written alternately, so that a torn write leaves the other one intact.
/// </summary>
internal sealed class CommitFile : IDisposable
{
    private const int SlotSize = 4096;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _handle;
    private readonly TimeProvider _time;
    private long _flushed;

    private CommitFile(SafeFileHandle handle, CommitSummary summary, TimeProvider time)
        => (_handle, Summary, _time, _flushed) = (handle, summary, time, time.GetTimestamp());

    public CommitSummary Summary { get; private set; }

    /// <summary>Reads the file; null if it is missing or neither slot is valid.</summary>
    public static CommitSummary? Read(string file)
    {
        if (!File.Exists(file))
            return null;
        using var handle = RegularFile.OpenHandle(file);
        var slots = new[] { Slot(handle, 0), Slot(handle, 1) };
        return slots.OfType<CommitSummary>().OrderByDescending(static summary => summary.Number)
            .Select(static summary => (CommitSummary?)summary)
            .FirstOrDefault();
    }

    public static CommitFile Create(string file, CommitSummary summary, TimeProvider time)
    {
        using (var created = PrivateFiles.Open(file, FileMode.Create))
            created.SetLength(2 * SlotSize);
        var commits = Open(file, summary, time);
        commits.Write(summary.Commits, summary.Records, flush: true);
        commits.Write(summary.Commits, summary.Records, flush: true);
        return commits;
    }

    /// <param name="summary">The summary that <see cref="Read"/> returned.</param>
    public static CommitFile Open(string file, CommitSummary summary, TimeProvider time) =>
        new(File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite), summary, time);

    /// <summary>Records a commit that has reached the disk.</summary>
    public void Write(long commits, long records, bool flush = false)
    {
        Summary = Summary with { Commits = commits, Records = records, Number = Summary.Number + 1 };
        Span<byte> bytes = stackalloc byte[CommitSummary.Bytes];
        Summary.Write(bytes);
        RandomAccess.Write(_handle, bytes, Summary.Number % 2 * SlotSize);
        if (!flush && _time.GetElapsedTime(_flushed) < FlushInterval)
            return;
        RandomAccess.FlushToDisk(_handle);
        _flushed = _time.GetTimestamp();
    }

    public void Dispose() => _handle.Dispose();

    private static CommitSummary? Slot(SafeFileHandle handle, int slot)
    {
        Span<byte> bytes = stackalloc byte[CommitSummary.Bytes];
        return RandomAccess.Read(handle, bytes, slot * SlotSize) == bytes.Length ? CommitSummary.Read(bytes) : null;
    }
}
