using Microsoft.Win32.SafeHandles;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;

namespace StreamBert.Streaming.Log.Embedded.Files;

/// <summary>
/// The file <c>log.commits</c>: what the database must at least hold. It is written after each commit has reached the disk and before
/// anybody is told of it, so it
/// never claims more than there is, at whatever moment the process or the machine dies. After a kill it is exact, because the system keeps
/// what was written; it is
/// flushed to the disk once a second, so after a power cut it may be that much behind. Two slots are written in turn: a torn write leaves
/// the other one.
/// </summary>
internal sealed class CommitFile : IDisposable
{
    private const int SlotSize = 4096;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _handle;
    private readonly TimeProvider _time;
    private long _flushed;

    private CommitFile(SafeFileHandle handle, CommitNote note, TimeProvider time)
        => (_handle, Note, _time, _flushed) = (handle, note, time, time.GetTimestamp());

    public CommitNote Note { get; private set; }

    /// <summary>What the file says; null if it is missing or neither slot can be read.</summary>
    public static CommitNote? Read(string file)
    {
        if (!File.Exists(file))
            return null;
        using var handle = RegularFile.OpenHandle(file);
        var slots = new[] { Slot(handle, 0), Slot(handle, 1) };
        return slots.OfType<CommitNote>().OrderByDescending(static note => note.Number).Select(static note => (CommitNote?)note)
            .FirstOrDefault();
    }

    public static CommitFile Create(string file, CommitNote note, TimeProvider time)
    {
        using (var created = PrivateFiles.Open(file, FileMode.Create))
            created.SetLength(2 * SlotSize);
        var commits = Open(file, note, time);
        commits.Write(note.Commits, note.Records, flush: true);
        commits.Write(note.Commits, note.Records, flush: true);
        return commits;
    }

    /// <param name="note">What <see cref="Read"/> said.</param>
    public static CommitFile Open(string file, CommitNote note, TimeProvider time) =>
        new(File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite), note, time);

    /// <summary>Notes a commit that has reached the disk.</summary>
    public void Write(long commits, long records, bool flush = false)
    {
        Note = Note with { Commits = commits, Records = records, Number = Note.Number + 1 };
        Span<byte> bytes = stackalloc byte[CommitNote.Bytes];
        Note.Write(bytes);
        RandomAccess.Write(_handle, bytes, Note.Number % 2 * SlotSize);
        if (!flush && _time.GetElapsedTime(_flushed) < FlushInterval)
            return;
        RandomAccess.FlushToDisk(_handle);
        _flushed = _time.GetTimestamp();
    }

    public void Dispose() => _handle.Dispose();

    private static CommitNote? Slot(SafeFileHandle handle, int slot)
    {
        Span<byte> bytes = stackalloc byte[CommitNote.Bytes];
        return RandomAccess.Read(handle, bytes, slot * SlotSize) == bytes.Length ? CommitNote.Read(bytes) : null;
    }
}
