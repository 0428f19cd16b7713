namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Wraps the body of a request. An error of the server while it reads the body (an overlong chunk size, invalid trailers) becomes an
/// error of the request.
/// </summary>
internal sealed class RequestBodyStream(Stream body) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static void Use(IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Request.Body = new RequestBodyStream(context.Request.Body);
        return next(context);
    });

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or BadHttpRequestException))
        {
            throw new BadHttpRequestException($"The body cannot be read: {e.Message}", StatusCodes.Status400BadRequest, e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
