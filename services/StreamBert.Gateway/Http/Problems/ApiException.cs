namespace StreamBert.Gateway.Http.Problems;

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

    public static ApiException Invalid(string detail)
        => new(StatusCodes.Status400BadRequest, InvalidCode, "The input is not valid", detail);

    public static ApiException Malformed(string detail)
        => new(StatusCodes.Status400BadRequest, "malformed-json", "The body is not valid JSON", detail);

    public static ApiException NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", "Not found", detail);

    public static ApiException TooLarge(string detail)
        => new(StatusCodes.Status413PayloadTooLarge, "too-large", "Too much in one request", detail);

    /// <summary>What was begun cannot be ended, because this process stops.</summary>
    public static ApiException Stopping() => new(
        StatusCodes.Status503ServiceUnavailable, "stopping", "The Gateway stops", "This process is being stopped, and with it this answer. Ask again in a moment.");

    /// <summary>What was begun is not ended, because who asked may not ask any more.</summary>
    public static ApiException CredentialEnded() => new(
        StatusCodes.Status401Unauthorized, "credential-ended", "The sign-in, key or token has ended",
        "It was signed out, taken out of Gateway:ApiKeys, given other roles, or has expired. Sign in again, or send another key or token.");

    public static ApiException MediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "media-type", "The media type is not supported", detail);
}
