using System.Text.Encodings.Web;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>
/// A page that goes on to another at once. A browser sends no <c>SameSite=Strict</c> cookie with a navigation that another site began, nor
/// with its
/// redirects; the step from this page is the Gateway's own, so the cookie comes along.
/// </summary>
internal static class SameSiteRedirect
{
    /// <summary>Whether another site's link led here, so that a cookie that exists was left out.</summary>
    public static bool IsNeeded(HttpRequest request)
        => HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Site"] == "cross-site";

    public static Task ToAsync(HttpContext context, string path)
    {
        var target = HtmlEncoder.Default.Encode(path);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            $"<!DOCTYPE html><html lang=\"en\"><title>StreamBert</title><meta http-equiv=\"refresh\" content=\"0;url={target}\"><a href=\"{target}\">Go on</a></html>");
    }
}
