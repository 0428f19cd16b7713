using System.IO.Compression;
using Microsoft.AspNetCore.RequestDecompression;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Decompresses request bodies on every route. The size limits apply to the decompressed bytes; an unknown encoding is rejected.
/// </summary>
internal static class RequestDecompression
{
    private const string Supported = "gzip, deflate, br";
    private const string Identity = "identity";

    public static void AddBodyDecompression(this IServiceCollection services) =>
        services.AddRequestDecompression(static options => options.DecompressionProviders.Add("x-gzip", new LegacyGzip()));

    public static void UseBodyDecompression(this WebApplication app)
    {
        RequestBodyStream.Use(app);
        app.UseRequestDecompression();
        app.Use(RejectUnsupportedAsync);
    }

    /// <summary>Rejects the remaining encodings; ASP.NET Core removes the header of those that it has decompressed.</summary>
    private static Task RejectUnsupportedAsync(HttpContext context, RequestDelegate next)
    {
        var encodings = context.Request.Headers.GetCommaSeparatedValues("Content-Encoding");
        if (encodings.All(static encoding => encoding.Equals(Identity, StringComparison.OrdinalIgnoreCase)))
            return next(context);
        context.Response.Headers.AcceptEncoding = Supported;
        return ProblemResponses.WriteAsync(context, ProblemResponses.Create(
            context, StatusCodes.Status415UnsupportedMediaType, "content-encoding", "The encoding of the body is not supported",
            $"The body has the Content-Encoding '{string.Join(", ", encodings)}'. Send it as one of {Supported}, or uncompressed."));
    }

    /// <summary>Supports the name of gzip before HTTP/1.1, which some clients still send.</summary>
    private sealed class LegacyGzip : IDecompressionProvider
    {
        public Stream GetDecompressionStream(Stream stream) => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
    }
}
