namespace StreamBert.Gateway.Http.Problems;

/// <summary>Reports that a request cannot be served; it becomes a problem document.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The stable end of the problem's <c>type</c>.</param>
/// <param name="title">The kind of problem; it is the same for every occurrence.</param>
/// <param name="detail">What is wrong with this request and what to do.</param>
internal sealed class ApiException(int status, string code, string title, string detail) : Exception(detail)
{
    /// <summary>The code of <see cref="Invalid"/>.</summary>
    public const string InvalidCode = "invalid-input";

    /// <summary>The title of <see cref="Invalid"/>.</summary>
    public const string InvalidTitle = "The input is invalid";

    public int Status { get; } = status;
    public string Code { get; } = code;
    public string Title { get; } = title;

    public static ApiException Invalid(string detail) => new(StatusCodes.Status400BadRequest, InvalidCode, InvalidTitle, detail);

    public static ApiException Malformed(string detail) =>
        new(StatusCodes.Status400BadRequest, "malformed-json", "The body is not valid JSON", detail);

    public static ApiException NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", "Not found", detail);

    public static ApiException TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, "too-large", "The request is too large", detail);

    public static ApiException MediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "media-type", "The media type is not supported", detail);

    /// <summary>Ends a streamed response because the process stops.</summary>
    public static ApiException Stopping() => new(
        StatusCodes.Status503ServiceUnavailable, "stopping", "The Gateway is stopping",
        "This process is stopping, so the response is incomplete. Send the request again in a moment.");

    /// <summary>Ends a streamed response because the credential of its client has ended.</summary>
    public static ApiException CredentialEnded() => new(
        StatusCodes.Status401Unauthorized, "credential-ended", "The sign-in, key or token has ended",
        "The person signed out, the key was removed from Gateway:ApiKeys or has other roles, or the token has expired. Sign in again, "
            + "or send another key or token.");
}
