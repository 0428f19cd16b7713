using Microsoft.AspNetCore.Mvc;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>
/// How failures are worded on the routes that speak another server's protocol, those included that never come to a route: an unknown path,
/// a wrong method,
/// missing credentials.
/// </summary>
/// <param name="IsSpoken">Whether a request is in that protocol.</param>
/// <param name="Say">The status and the body.</param>
internal sealed record ErrorFormat(Func<HttpRequest, bool> IsSpoken, Func<ProblemDetails, (int Status, object Body)> Say)
{
    /// <summary>Null: StreamBert's own, problem documents.</summary>
    public static ErrorFormat? Of(HttpContext context) =>
        context.RequestServices.GetServices<ErrorFormat>().FirstOrDefault(dialect => dialect.IsSpoken(context.Request));
}
