using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Repair;

/// <summary>An image of a page: in a frame of the WAL, or in the database (frame −1).</summary>
internal readonly record struct PageImage(long Page, int Frame);

/// <summary>
/// All images of pages in a database and its WAL, read without SQLite, which would leave out what follows a damaged frame. Frames behind
/// the last commit are set
/// apart: their transaction was never committed.
/// </summary>
internal sealed class PageImages : IDisposable
{
    private const int Size = LogSchema.PageSize, WalHeader = 32, FrameHeader = 24, SaltAt = 16, FrameSaltAt = 8, CommitAt = 4;

    private readonly SafeFileHandle _database;
    private readonly SafeFileHandle? _wal;
    private readonly long _pages;
    private readonly List<(int Frame, long Page, bool Commits)> _frames = [];
    private Dictionary<long, List<int>> _byPage = [];

    public PageImages(string database, string wal)
    {
        _database = RegularFile.OpenHandle(database);
        _pages = (RandomAccess.GetLength(_database) + Size - 1) / Size;
        if (!File.Exists(wal))
            return;
        _wal = RegularFile.OpenHandle(wal);
        ReadFrames();
        WithUncommitted = false;
    }

    /// <summary>Whether frames behind the last commit count too: for a last commit whose own frame is damaged.</summary>
    public bool WithUncommitted
    {
        get;
        set
        {
            field = value;
            var last = value ? _frames.Count - 1 : _frames.FindLastIndex(static f => f.Commits);
            _byPage = _frames.Take(last + 1).GroupBy(static f => f.Page)
                .ToDictionary(static g => g.Key, static g => g.Select(static f => f.Frame).ToList());
        }
    }

    /// <summary>Bytes of all images: no row is longer.</summary>
    public long Bytes => (_pages + _frames.Count) * Size;

    /// <summary>Every image, the newest ones first.</summary>
    public IEnumerable<PageImage> All() =>
        _byPage.SelectMany(static page => page.Value.Select(frame => new PageImage(page.Key, frame)))
            .OrderByDescending(static image => image.Frame)
            .Concat(PageNumbers().Select(static page => new PageImage(page, -1)));

    /// <summary>The image that is valid now.</summary>
    public PageImage Newest(long page) => new(page, _byPage.TryGetValue(page, out var frames) ? frames[^1] : -1);

    /// <summary>The image that was valid when a frame was written.</summary>
    public PageImage At(long page, int frame)
    {
        var frames = frame < 0 ? null : _byPage.GetValueOrDefault(page);
        var last = frames?.FindLastIndex(f => f <= frame) ?? -1;
        return new(page, last < 0 ? -1 : frames![last]);
    }

    /// <returns>False if there is no such page.</returns>
    public bool Read(PageImage image, Span<byte> into)
    {
        into.Clear();
        if (image.Page < 1 || (image.Frame < 0 && image.Page > _pages))
            return false;
        var read = image.Frame < 0
            ? RandomAccess.Read(_database, into, (image.Page - 1) * Size)
            : RandomAccess.Read(_wal!, into, Start(image.Frame) + FrameHeader);
        return read > 0;
    }

    public void Dispose()
    {
        _database.Dispose();
        _wal?.Dispose();
    }

    private IEnumerable<long> PageNumbers()
    {
        for (var page = 1L; page <= _pages; page++)
            yield return page;
    }

    private static long Start(int frame) => WalHeader + (long)frame * (FrameHeader + Size);

    /// <summary>Frames of the WAL's present round: those of earlier ones, which stand behind, have another salt.</summary>
    private void ReadFrames()
    {
        var count = (int)Math.Max(0, (RandomAccess.GetLength(_wal!) - WalHeader + Size + FrameHeader - 1) / (Size + FrameHeader));
        var salt = Salt(count);
        Span<byte> header = stackalloc byte[FrameHeader];
        for (var frame = 0; frame < count; frame++)
        {
            if (RandomAccess.Read(_wal!, header, Start(frame)) == FrameHeader
                && BinaryPrimitives.ReadUInt64BigEndian(header[FrameSaltAt..]) == salt)
            {
                _frames.Add(
                    (frame, BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[CommitAt..]) != 0));
            }
        }
    }

    /// <summary>The header of the WAL and its first frame both have it, so that one may be damaged.</summary>
    private ulong Salt(int frames)
    {
        var (header, first, second) = (Number(SaltAt), Number(Start(0) + FrameSaltAt), Number(Start(1) + FrameSaltAt));
        return header == first || (frames > 1 && header == second) ? header : first;
    }

    private ulong Number(long at)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        return RandomAccess.Read(_wal!, bytes, at) == bytes.Length ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;
    }
}
