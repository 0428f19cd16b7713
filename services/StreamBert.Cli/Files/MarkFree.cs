namespace StreamBert.Cli.Files;

/// <summary>A stream of UTF-8 without the byte order mark it begins with.</summary>
internal sealed class MarkFree(Stream content) : Stream
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];
    private readonly byte[] _head = new byte[Mark.Length];
    private int _at;
    private int _held = -1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_held < 0)
            ReadHead();
        if (_at == _held)
            return content.Read(buffer);
        var some = _head.AsSpan(_at, Math.Min(buffer.Length, _held - _at));
        some.CopyTo(buffer);
        _at += some.Length;
        return some.Length;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads on while the bytes are those of the mark, and no further: a person may be typing them.</summary>
    private void ReadHead()
    {
        _held = 0;
        while (_held < Mark.Length && content.Read(_head, _held, 1) == 1)
        {
            _held++;
            if (_head[_held - 1] != Mark[_held - 1])
                return;
        }
        if (_held == Mark.Length)
            _held = 0; // the mark is whole: nothing of it is passed on
    }
}
