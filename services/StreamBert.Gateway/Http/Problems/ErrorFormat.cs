using Microsoft.AspNetCore.Mvc;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>
/// Formats errors on the routes of another server's protocol, including those that no route handles: an unknown path, a wrong method,
/// missing credentials.
/// </summary>
/// <param name="AppliesTo">Whether a request uses that protocol.</param>
/// <param name="Format">Creates the status and the body.</param>
internal sealed record ErrorFormat(Func<HttpRequest, bool> AppliesTo, Func<ProblemDetails, (int Status, object Body)> Format)
{
    /// <returns>Null for StreamBert's own format, problem documents.</returns>
    public static ErrorFormat? Find(HttpContext context) =>
        context.RequestServices.GetServices<ErrorFormat>().FirstOrDefault(format => format.AppliesTo(context.Request));
}
