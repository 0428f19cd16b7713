using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Security.Sessions;

namespace StreamBert.Gateway.Http.Streaming;

/// <summary>
/// An answer that is written while it is produced. Its headers are set once, before its first part; each part is written whole or not at
/// all; and an answer that
/// fails half way ends with a last part that says so, so that nobody takes the beginning of an answer for all of it. What fails before the
/// first part becomes
/// a problem document like any other.
/// </summary>
internal sealed class StreamedResponse
{
    /// <summary>How long a client that does not read may hold up the last part.</summary>
    private static readonly TimeSpan LastPartTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Parts are sent together until they have this size, unless one is flushed.</summary>
    private const int BufferedBytes = 16 * 1024;

    private readonly HttpContext _context;
    private readonly StreamFormat _format;
    private readonly JsonSerializerOptions _json;
    private bool _hasBegun;
    private int _buffered;

    private StreamedResponse(HttpContext context, StreamFormat format) => (_context, _format, _json) =
        (context, format, context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value
            .SerializerOptions);

    /// <param name="produce">Writes the parts. It is cancelled when the client has gone, when the host stops, and when the caller's sign-in
    /// or key ends.</param>
    public static async Task WriteAsync(HttpContext context, StreamFormat format, Func<StreamedResponse, CancellationToken, Task> produce)
    {
        var answer = new StreamedResponse(context, format);
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var credential = context.RequestServices.GetRequiredService<CredentialLifetime>().Follow(context.User);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, credential.Ended);
        try
        {
            await produce(answer, end.Token);
            await answer.FlushAsync(end.Token);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be told.
        }
        catch (Exception e) when (answer._hasBegun || end.IsCancellationRequested)
        {
            await answer.FailAsync(Reason(e, stopping, credential.Ended));
        }
    }

    /// <summary>Writes one part.</summary>
    /// <param name="flush">Whether it is sent at once, and not with those that follow.</param>
    public ValueTask WriteAsync(ReadOnlySpan<byte> part, bool flush, CancellationToken cancellation)
    {
        Begin();
        _context.Response.BodyWriter.Write(part);
        _buffered += part.Length;
        return flush || _buffered >= BufferedBytes ? FlushAsync(cancellation) : ValueTask.CompletedTask;
    }

    /// <summary>A value as JSON, as it stands in every answer of the API.</summary>
    public byte[] Serialize(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), _json);

    private void Begin()
    {
        if (_hasBegun) return;
        _hasBegun = true;
        var response = _context.Response;
        response.ContentType = _format.MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx passes on what it gets at once
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        _buffered = 0;
        var flushed = await _context.Response.BodyWriter.FlushAsync(cancellation);
        if (flushed.IsCompleted) cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Why it ended: the Gateway's own end and that of the credential are no failures of what was being produced.</summary>
    private static Exception Reason(Exception failure, CancellationToken stopping, CancellationToken credential) =>
        failure is not OperationCanceledException ? failure
        : stopping.IsCancellationRequested ? ApiException.Stopping()
        : credential.IsCancellationRequested ? ApiException.CredentialEnded()
        : failure;

    private async Task FailAsync(Exception failure)
    {
        var problem = _context.RequestServices.GetRequiredService<ExceptionHandler>().Describe(_context, failure);
        if (!_hasBegun)
        {
            await ProblemResponses.WriteAsync(_context, problem);
            return;
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_context.RequestAborted);
        patience.CancelAfter(LastPartTimeout);
        try
        {
            await WriteAsync([.. _format.FailureBegin, .. Serialize(problem), .. _format.FailureEnd], flush: true, patience.Token);
        }
        catch (OperationCanceledException)
        {
            _context.Abort(); // the client sees an answer that is cut off, not one that is complete
        }
    }
}
