using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Security.Authentication;

/// <summary>Why the credentials of a request were refused.</summary>
internal sealed record CredentialFailure(string Why);
