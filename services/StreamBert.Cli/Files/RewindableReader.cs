using System.Text;

namespace StreamBert.Cli.Files;

/// <summary>
/// The bytes of a separated file as Latin-1, which maps each byte to one character: quotes and separators are ASCII, so that the structure
/// is that of the UTF-8,
/// and a row that is not UTF-8 spoils no other. It keeps what was read since <see cref="Pass"/>, so that a parser that went astray can
/// begin again.
/// </summary>
internal sealed class RewindableReader(Stream content) : TextReader
{
    private const int BlockBytes = 4096;
    private readonly byte[] _block = new byte[BlockBytes];
    private char[] _kept = new char[4 * BlockBytes];
    private int _start;
    private int _given;
    private int _end;

    /// <summary>What has been read and not passed.</summary>
    public ReadOnlySpan<char> Kept => _kept.AsSpan(_start, _end - _start);

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (_given == _end && !Fill())
            return 0;
        var some = Math.Min(buffer.Length, _end - _given);
        if (some > 1 && _kept[_given + some - 1] == '\r')
            some--; // the parser counts a line end wrongly that is cut in two
        _kept.AsSpan(_given, some).CopyTo(buffer);
        _given += some;
        return some;
    }

    /// <summary>Forgets characters that are done with.</summary>
    public void Pass(int characters) => _start += characters;

    /// <summary>Reads again from the first character that is kept.</summary>
    public void Rewind() => _given = _start;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        var read = content.Read(_block);
        if (read == 0)
            return false;
        MakeRoom(read);
        Encoding.Latin1.GetChars(_block.AsSpan(0, read), _kept.AsSpan(_end));
        _end += read;
        return true;
    }

    private void MakeRoom(int more)
    {
        if (_end + more <= _kept.Length)
            return;
        var room = Kept.Length + more > _kept.Length / 2 ? new char[_kept.Length * 2] : _kept;
        Kept.CopyTo(room);
        (_given, _end, _start, _kept) = (_given - _start, _end - _start, 0, room);
    }
}
