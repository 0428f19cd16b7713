using System.Buffers;

namespace StreamBert.Gateway.Export;

/// <summary>
/// Holds what was written since the last row group was sent, at the positions that it has in the file. A Parquet file is written from its
/// beginning to its end, but its writer asks for positions and does not write asynchronously.
/// </summary>
internal sealed class RowGroupBuffer : Stream
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private long _sent;

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _sent + _pending.WrittenCount;

    public override long Position
    {
        get => Length;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>The bytes that were not sent yet.</summary>
    public ReadOnlyMemory<byte> Pending => _pending.WrittenMemory;

    /// <summary>Forgets the bytes that were sent.</summary>
    public void Clear()
    {
        _sent += _pending.WrittenCount;
        _pending.ResetWrittenCount();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => _pending.Write(buffer);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => (offset, origin) switch
    {
        (0, SeekOrigin.Current or SeekOrigin.End) => Length,
        (_, SeekOrigin.Begin) when offset == Length => Length,
        _ => throw new NotSupportedException("The stream can only be written at its end."),
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
