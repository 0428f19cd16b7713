namespace StreamBert.Gateway.Api;

/// <summary>A request cannot be served; becomes a problem document.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">Stable; the end of the problem's <c>type</c>.</param>
/// <param name="title">What went wrong, the same for every occurrence.</param>
/// <param name="detail">What was wrong this time and what to do.</param>
internal sealed class ApiException(int status, string code, string title, string detail) : Exception(detail)
{
    /// <summary>The code of <see cref="Invalid"/>.</summary>
    public const string InvalidCode = "invalid-input";

    public int Status { get; } = status;
    public string Code { get; } = code;
    public string Title { get; } = title;

    public static ApiException Invalid(string detail) => new(StatusCodes.Status400BadRequest, InvalidCode, "The input is not valid", detail);

    public static ApiException Malformed(string detail) => new(StatusCodes.Status400BadRequest, "malformed-json", "The body is not valid JSON", detail);

    public static ApiException NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", "Not found", detail);

    public static ApiException TooLarge(string detail) => new(StatusCodes.Status413PayloadTooLarge, "too-large", "Too much in one request", detail);

    public static ApiException MediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "media-type", "The media type is not supported", detail);
}
