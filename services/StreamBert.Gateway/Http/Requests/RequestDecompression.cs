using System.IO.Compression;
using Microsoft.AspNetCore.RequestDecompression;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Bodies may come compressed, on every route. The limits hold for what comes out; an encoding that is not known is refused with those that
/// are.
/// </summary>
internal static class RequestDecompression
{
    private const string Known = "gzip, deflate, br";
    private const string None = "identity";

    public static void AddRequestEncodings(this IServiceCollection services) =>
        services.AddRequestDecompression(static options => options.DecompressionProviders.Add("x-gzip", new OldGzip()));

    public static void UseRequestEncodings(this WebApplication app)
    {
        RequestBodyStream.Use(app);
        app.UseRequestDecompression();
        app.Use(RefuseOthersAsync);
    }

    /// <summary>What ASP.NET Core has taken care of has lost its header.</summary>
    private static Task RefuseOthersAsync(HttpContext context, RequestDelegate next)
    {
        var encodings = context.Request.Headers.GetCommaSeparatedValues("Content-Encoding");
        if (encodings.All(static encoding => encoding.Equals(None, StringComparison.OrdinalIgnoreCase)))
            return next(context);
        context.Response.Headers.AcceptEncoding = Known;
        return ProblemResponses.WriteAsync(context, ProblemResponses.Create(
            context, StatusCodes.Status415UnsupportedMediaType, "content-encoding", "The encoding of the body is not supported",
            $"The body has the Content-Encoding '{string.Join(", ", encodings)}'. Send it as one of {Known}, or uncompressed."));
    }

    /// <summary>The name that gzip had before HTTP/1.1, which some clients still send.</summary>
    private sealed class OldGzip : IDecompressionProvider
    {
        public Stream GetDecompressionStream(Stream stream) => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
    }
}
