using System.Net;

namespace StreamBert.Cli.Access;

/// <summary>Reports that the Gateway refused a request.</summary>
/// <param name="message">The status and the reason.</param>
/// <param name="status">The status.</param>
/// <param name="detail">The reason.</param>
/// <param name="errors">The error of each field of the request, such as <c>[3].label</c>; empty if the problem is of another kind.</param>
internal sealed class GatewayRefusalException(
    string message, HttpStatusCode status, string detail, IReadOnlyDictionary<string, string> errors)
    : HttpRequestException(message, null, status)
{
    /// <summary>The reason.</summary>
    public string Detail => detail;

    /// <summary>The error of each field of the request.</summary>
    public IReadOnlyDictionary<string, string> Errors => errors;
}
