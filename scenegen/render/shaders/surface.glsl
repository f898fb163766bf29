// Colour of a surface for the geometry pass: texture, tint and paint; the row of the material table goes into alpha.
layout(binding = 8) uniform sampler2DArray surface_textures;
layout(std430, binding = 1) readonly buffer Paints { vec4 paints[]; };
layout(std430, binding = 4) readonly buffer MaterialTable { vec4 material_table[]; };  // two lines per material

// sRGB to linear light, within 0.2 % (fitted cubic).
vec3 linear_from_srgb(vec3 c) { return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878); }

// Gives sqrt of the linear albedo, which eight bits hold without banding, and the material.
vec4 surface_albedo(uint material, uint instance, vec2 uv, vec4 tint) {
    vec4 base = material_table[material * 2u];           // linear colour; 1 where the paint takes its place
    vec4 cloth = material_table[material * 2u + 1u];     // texture layer, repeats per metre, unused, unused
    vec3 colour = mix(base.rgb, paints[instance].rgb, base.a);
    colour *= linear_from_srgb(texture(surface_textures, vec3(uv * cloth.y, cloth.x)).rgb);
    colour *= linear_from_srgb(tint.rgb);
    return vec4(sqrt(colour), float(material) / 255.0);
}
