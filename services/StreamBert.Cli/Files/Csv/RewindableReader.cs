using System.Text;

namespace StreamBert.Cli.Files.Csv;

/// <summary>
/// Reads the bytes of a separated file as Latin-1, which maps each byte to one character: quotes and separators are ASCII, so the structure
/// equals that of the UTF-8, and a row that is not UTF-8 does not affect other rows. Characters stay in a buffer until <see
/// cref="Advance"/>, so that a parser can restart after an error.
/// </summary>
internal sealed class RewindableReader(Stream content) : TextReader
{
    private const int BlockBytes = 4096;
    private readonly byte[] _block = new byte[BlockBytes];
    private char[] _buffer = new char[4 * BlockBytes];
    private int _start;
    private int _position;
    private int _end;

    /// <summary>The characters that were read and not yet released by <see cref="Advance"/>.</summary>
    public ReadOnlySpan<char> Buffered => _buffer.AsSpan(_start, _end - _start);

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (_position == _end && !Fill())
            return 0;
        var count = Math.Min(buffer.Length, _end - _position);
        if (count > 1 && _buffer[_position + count - 1] == '\r')
            count--; // the parser miscounts a line ending that is split between two reads
        _buffer.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <summary>Releases characters from the beginning of the buffer.</summary>
    public void Advance(int characters) => _start += characters;

    /// <summary>Continues reading at the first buffered character.</summary>
    public void Rewind() => _position = _start;

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
        EnsureCapacity(read);
        Encoding.Latin1.GetChars(_block.AsSpan(0, read), _buffer.AsSpan(_end));
        _end += read;
        return true;
    }

    private void EnsureCapacity(int additional)
    {
        if (_end + additional <= _buffer.Length)
            return;
        var target = Buffered.Length + additional > _buffer.Length / 2 ? new char[_buffer.Length * 2] : _buffer;
        Buffered.CopyTo(target);
        (_position, _end, _start, _buffer) = (_position - _start, _end - _start, 0, target);
    }
}
