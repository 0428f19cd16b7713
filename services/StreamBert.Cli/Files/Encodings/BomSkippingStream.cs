namespace StreamBert.Cli.Files.Encodings;

/// <summary>Skips the byte order mark at the beginning of a UTF-8 stream.</summary>
internal sealed class BomSkippingStream(Stream content) : Stream
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    private readonly byte[] _prefix = new byte[ByteOrderMark.Length];
    private int _prefixPosition;
    private int _prefixLength = -1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_prefixLength < 0)
            ReadPrefix();
        if (_prefixPosition == _prefixLength)
            return content.Read(buffer);
        var count = Math.Min(buffer.Length, _prefixLength - _prefixPosition);
        _prefix.AsSpan(_prefixPosition, count).CopyTo(buffer);
        _prefixPosition += count;
        return count;
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

    /// <summary>Reads only while the bytes match the mark, because further reads block if a person types the input.</summary>
    private void ReadPrefix()
    {
        _prefixLength = 0;
        while (_prefixLength < ByteOrderMark.Length && content.Read(_prefix, _prefixLength, 1) == 1)
        {
            _prefixLength++;
            if (_prefix[_prefixLength - 1] != ByteOrderMark[_prefixLength - 1])
                return;
        }
        if (_prefixLength == ByteOrderMark.Length)
            _prefixLength = 0; // the complete mark is skipped
    }
}
