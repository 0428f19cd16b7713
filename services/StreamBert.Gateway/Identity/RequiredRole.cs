using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace StreamBert.Gateway.Identity;

/// <summary>Names the role of a route; null if it is open to all.</summary>
internal sealed record RequiredRole(string? Name);
